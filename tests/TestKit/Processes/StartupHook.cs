using MultiPanel.TestKit.Processes;

#pragma warning disable CA1050, IDE0130 // The runtime looks for this name outside of any namespace.

/// <summary>Runs before the entry point of a process that has this assembly in <c>DOTNET_STARTUP_HOOKS</c>.</summary>
internal static class StartupHook
{
    private static NameResolutions? listener;

    public static void Initialize()
    {
        listener = new NameResolutions { Prints = true };
        // So that the reader of the output knows that it listened.
        Console.WriteLine("listening to host name lookups");
        GC.KeepAlive(listener);
    }
}
