namespace MultiPanel.Hosting.Settings;

/// <summary>The host cannot go on by itself; the message says why, and what to do before it is started again.</summary>
public sealed class HostFailedException(string message, Exception? inner = null) : Exception(message, inner);
