namespace MultiPanel.Hosting.Settings;

/// <summary>Runs a host and turns wrong settings into a list on standard error and exit code 1, instead of a stack trace.</summary>
public static class StartUp
{
    public static async Task<int> RunAsync(Func<Task> host)
    {
        try
        {
            await host();
            return 0;
        }
        catch (SettingsException wrong)
        {
            await Console.Error.WriteLineAsync(wrong.Message);
            return 1;
        }
    }
}
