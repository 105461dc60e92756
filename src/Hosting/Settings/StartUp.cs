namespace MultiPanel.Hosting.Settings;

/// <summary>Runs a host. Wrong settings, and a failure that only an administrator can repair, become a clear text on standard error and exit code 1.</summary>
public static class StartUp
{
    public static async Task<int> RunAsync(Func<Task> host)
    {
        try
        {
            await host();
            return 0;
        }
        catch (Exception failure) when (failure is SettingsException or HostFailedException)
        {
            await Console.Error.WriteLineAsync(failure.Message);
            return 1;
        }
    }
}
