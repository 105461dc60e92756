using MultiPanel.Hosting.Settings;

namespace MultiPanel.Standalone;

/// <summary>What the standalone adds to the settings of its two halves.</summary>
public sealed record StandaloneSettings
{
    /// <summary>Holds everything that must survive a restart.</summary>
    public required string DataFolder { get; init; }

    /// <summary>With a simulated Proxmox VE and demo users in it.</summary>
    public required bool Demo { get; init; }

    public static StandaloneSettings Read(SettingsReader reader)
    {
        var demo = reader.Optional("DEMO") ?? "on";
        if (demo is not ("on" or "off"))
        {
            reader.Reject("DEMO", $"is '{demo}': it must be on or off");
        }

        return new StandaloneSettings
        {
            DataFolder = Path.GetFullPath(reader.Optional("DATA_DIR") ?? "data"),
            Demo = demo == "on",
        };
    }
}
