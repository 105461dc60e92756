namespace MultiPanel.Simulator.Seeds;

/// <summary>A node: its name, memory in bytes and number of CPU threads.</summary>
public sealed record NodeSeed(string Name, long Memory = 256L << 30, int Cpus = 32);
