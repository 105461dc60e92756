using System.Globalization;
using System.Text.RegularExpressions;
using MultiPanel.Proxmox.Errors;

namespace MultiPanel.Proxmox.Tasks;

/// <summary>How a task ended: an <c>exitstatus</c>, or the <c>status</c> of a finished row in a task list.</summary>
public abstract partial record TaskExit
{
    private TaskExit()
    {
    }

    /// <summary>True for <c>OK</c> and for <c>WARNINGS: n</c>.</summary>
    public bool IsSuccess => this is Succeeded or Warnings;

    /// <summary>The only place where exit texts are read.</summary>
    /// <param name="text">Null and the texts of <c>PVE::Tools::upid_read_status</c> for a log without an end are unknown.</param>
    public static TaskExit Parse(string? text)
    {
        if (string.IsNullOrWhiteSpace(text) || NoEnd.IsMatch(text))
        {
            return new Unknown(text ?? "");
        }

        if (text == "OK")
        {
            return new Succeeded();
        }

        var warnings = WarningCount.Match(text);
        return warnings.Success
            ? new Warnings(int.Parse(warnings.Groups[1].ValueSpan, CultureInfo.InvariantCulture))
            : new Failed(text);
    }

    [GeneratedRegex(@"^WARNINGS: (\d{1,9})$")]
    private static partial Regex WarningCount { get; }

    [GeneratedRegex(@"^(unexpected status|unable to read tail|unable to open file|unknown)")]
    private static partial Regex NoEnd { get; }

    /// <summary><c>OK</c>.</summary>
    public sealed record Succeeded : TaskExit;

    /// <summary><c>WARNINGS: n</c>: done all the same.</summary>
    public sealed record Warnings(int Count) : TaskExit;

    /// <summary>Any other text: <see cref="PveException.FromTask"/> types it.</summary>
    public sealed record Failed(string Text) : TaskExit;

    /// <summary>The worker was killed, or its end is not written: look at the VM.</summary>
    public sealed record Unknown(string Text) : TaskExit;
}
