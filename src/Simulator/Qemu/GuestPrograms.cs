using System.Globalization;
using MultiPanel.Simulator.State;

namespace MultiPanel.Simulator.Qemu;

/// <summary>A guest's programs: echo, uname, cat, sleep, exit and kill do what they say, every other ends well and says nothing.</summary>
internal static class GuestPrograms
{
    private static readonly HashSet<string> Folders =
        ["bin", "boot", "dev", "etc", "home", "lib", "mnt", "opt", "root", "run", "sbin", "srv", "tmp", "usr", "var"];

    /// <summary>A path's first folder decides: <c>/no/such</c> is in none that a Linux has. A command line is no program's name.</summary>
    public static bool Exists(VmState vm, string program) => GuestFacts.IsWindows(vm) || (!program.Contains(' ', StringComparison.Ordinal) && HasFolderOf(program));

    public static bool HasFolderOf(string path) => !path.StartsWith('/') || Folders.Contains(path.Split('/')[1]);

    public static GuestProcess Run(VmState vm, string[] words, string input)
    {
        var script = Array.IndexOf(words, "-c") is >= 0 and var at && at + 1 < words.Length ? words[at + 1] : null;
        return script is null
            ? Step(vm, new GuestProcess(), words, input)
            : script.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .Aggregate(new GuestProcess(), (process, line) => Step(vm, process, line.Split(' ', StringSplitOptions.RemoveEmptyEntries), input));
    }

    private static GuestProcess Step(VmState vm, GuestProcess process, string[] words, string input)
    {
        var name = Array.FindIndex(words, word => word.Split('/')[^1] is "echo" or "uname" or "cat" or "sleep" or "exit" or "kill");
        if (name < 0)
        {
            return process;
        }

        var arguments = words[(name + 1)..];
        return words[name].Split('/')[^1] switch
        {
            "echo" when arguments is [.. var said, ">&2"] => process with { Errors = process.Errors + string.Join(' ', said) + "\n" },
            "echo" => process with { Output = process.Output + string.Join(' ', arguments) + "\n" },
            "uname" => process with { Output = process.Output + $"Linux {GuestFacts.HostName(vm)} 6.1.0-cloud-amd64 x86_64 GNU/Linux\n" },
            "cat" when arguments.Length == 0 => process with { Output = process.Output + input },
            "sleep" => process with { ExitCode = null },
            "exit" when arguments is [var code] => process with { ExitCode = int.Parse(code, CultureInfo.InvariantCulture) },
            "kill" when arguments is [['-', .. var signal], "$$"] => process with { ExitCode = null, Signal = int.Parse(signal, CultureInfo.InvariantCulture) },
            _ => process,
        };
    }
}
