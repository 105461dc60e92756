using System.Runtime.InteropServices;

namespace MultiPanel.Standalone;

/// <summary>
/// The folder of everything that the standalone keeps. Password hashes, sealed credentials and all tenants' jobs are in it, so no
/// other account of the machine may read it.
/// </summary>
internal static class DataFolder
{
    /// <summary>Marks a folder as MultiPanel's own: it is the first file that is written there.</summary>
    public const string SecretsFile = "secrets.json";

    private const UnixFileMode Own = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private const UnixFileMode Everyone =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>Creates the folder, or closes an existing one to other accounts. From then on this process creates private files alone.</summary>
    /// <returns>The folder.</returns>
    public static string Open(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return Directory.CreateDirectory(folder).FullName;
        }

        // It cannot fail; what it returns is the old mask.
        _ = SetUmask(Convert.ToUInt32("077", 8));
        if (Directory.Exists(folder))
        {
            Close(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, Own);
        }

        return folder;
    }

    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    private static void Close(string folder)
    {
        var mode = File.GetUnixFileMode(folder);
        if ((mode & Everyone) == 0)
        {
            return;
        }

        if (!IsOurs(folder, mode))
        {
            // DATA_DIR=/tmp or /srv: closing it would lock out other users of it.
            Console.WriteLine($"Warning: other accounts can open DATA_DIR {folder} (mode {Octal(mode)}). It holds files that are not MultiPanel's, so its mode stays; use a folder for MultiPanel alone.");
            return;
        }

        File.SetUnixFileMode(folder, mode & ~Everyone);
        var inside = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };
        foreach (var entry in Directory.EnumerateFileSystemEntries(folder, "*", inside))
        {
            File.SetUnixFileMode(entry, File.GetUnixFileMode(entry) & ~Everyone);
        }

        Console.WriteLine($"Closed DATA_DIR {folder} to other accounts: its mode was {Octal(mode)} and is {Octal(mode & ~Everyone)} now.");
    }

    private static bool IsOurs(string folder, UnixFileMode mode) => (mode & UnixFileMode.StickyBit) == 0
        && (File.Exists(Path.Combine(folder, SecretsFile)) || !Directory.EnumerateFileSystemEntries(folder).Any());

    private static string Octal(UnixFileMode mode) => Convert.ToString((int)mode, 8).PadLeft(4, '0');

    [DllImport("libc", EntryPoint = "umask", ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern uint SetUmask(uint mask);
}
