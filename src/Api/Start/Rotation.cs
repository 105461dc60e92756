using MultiPanel.Data;
using MultiPanel.Hosting.Settings;

namespace MultiPanel.Api.Start;

/// <summary><c>MultiPanel.Api rotate-secrets</c>: seals all secrets with the current <c>ENCRYPTION_KEY</c> and exits.</summary>
internal static class Rotation
{
    /// <exception cref="SettingsException">The database or the keys are not named, cannot be used, or do not open everything.</exception>
    public static async Task RunAsync(SettingsReader reader)
    {
        var url = StoreSettings.ReadDatabase(reader);
        var secrets = StoreSettings.ReadSecrets(reader);
        reader.ThrowIfWrong();
        var rotation = new SecretRotation(new PanelDatabase(url), secrets);
        try
        {
            Console.WriteLine($"{await rotation.RunAsync()} secret(s) were sealed with the key of ENCRYPTION_KEY; the others were already.");
        }
        catch (Exception failure) when (DatabaseFailures.IsDatabase(failure))
        {
            reader.Reject("DATABASE_URL", $"names a database that cannot be used: {failure.GetBaseException().Message}");
        }

        foreach (var problem in rotation.Problems)
        {
            reader.Reject("ENCRYPTION_KEYS_OLD", $"lacks a key. {problem}");
        }

        reader.ThrowIfWrong();
    }
}
