namespace MultiPanel.Simulator.Seeds;

/// <summary>A disk: where it is, its virtual size and the bytes that are written in it.</summary>
public sealed record DiskSeed(string Storage, long Size, long Used);
