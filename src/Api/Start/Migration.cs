using MultiPanel.Data;
using MultiPanel.Hosting.Settings;

namespace MultiPanel.Api.Start;

/// <summary><c>MultiPanel.Api migrate</c>: brings the database up to this version and ends.</summary>
internal static class Migration
{
    /// <exception cref="SettingsException">The database is not named, or cannot be used.</exception>
    public static async Task RunAsync(SettingsReader reader)
    {
        var url = StoreSettings.ReadDatabase(reader);
        reader.ThrowIfWrong();
        try
        {
            await new PanelDatabase(url).MigrateAsync();
        }
        catch (Exception failure) when (DatabaseFailures.IsDatabase(failure))
        {
            reader.Reject("DATABASE_URL", $"names a database that cannot be migrated: {failure.GetBaseException().Message}");
            reader.ThrowIfWrong();
        }

        Console.WriteLine("The database is up to date.");
    }
}
