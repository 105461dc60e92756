using System.Globalization;
using System.Text;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Data.Jobs;
using MultiPanel.Data.Users;

namespace MultiPanel.Hosting.Mails;

/// <summary>The words of the mails. Names of VMs and texts of Proxmox come from outside: they never make a line or a header of their own.</summary>
internal static class MailTexts
{
    /// <summary>More than a reader takes in; the others are counted.</summary>
    private const int MostJobs = 20;

    private const int MostDetail = 2_000;

    public static Letter Welcome(User user, string panel, string? token) => To(user, "Your access to MultiPanel", $"""
        Hello {Line(user.Username)},

        you have access to MultiPanel, the panel for your virtual machines:

          {panel}

        Your user name is {Line(user.Username)}.
        {(token is null
            ? "Sign in with the password that your administrator has given you."
            : $"Choose your password here; the link works once, within {PasswordLink.WelcomeLife.TotalHours:0} hours:\n\n  {Link(panel, token)}")}
        """);

    public static Letter PasswordReset(User user, string panel, string token) => To(user, "Set a new password for MultiPanel", $"""
        Hello {Line(user.Username)},

        somebody, probably you, asked for a new password for MultiPanel.
        Choose it here; the link works once, within an hour:

          {Link(panel, token)}

        If it was not you, there is nothing to do: your password stays as it is.
        """);

    /// <param name="failed">Of bulk jobs, how many of how many children failed.</param>
    public static Letter JobsFailed(User user, string panel, IReadOnlyList<Job> jobs, IReadOnlyDictionary<Guid, (int Failed, int Total)> failed)
    {
        var subject = jobs is [var one] ? $"Failed: {one.Kind} {one.TargetName}" : $"{jobs.Count} jobs failed";
        var text = new StringBuilder($"Hello {Line(user.Username)},\n\n");
        text.Append(jobs.Count == 1 ? "a job of yours has failed.\n" : $"{jobs.Count} jobs of yours have failed.\n");
        foreach (var job in jobs.Take(MostJobs))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n{Line(job.Kind)}: {Line(job.TargetType)} {Line(job.TargetName ?? "")}\n");
            if (failed.TryGetValue(job.Id, out var children))
            {
                text.Append(CultureInfo.InvariantCulture, $"  {children.Failed} of {children.Total} failed; the job's children say why.\n");
            }

            Explain(text, job.Error);
            text.Append(CultureInfo.InvariantCulture, $"  See {panel}/jobs/{job.Id}\n");
        }

        if (jobs.Count > MostJobs)
        {
            text.Append(CultureInfo.InvariantCulture, $"\nand {jobs.Count - MostJobs} more: {panel}/jobs\n");
        }

        text.Append("\nYou get this because you asked for the job. You can switch such mails off in your profile\n(PATCH /api/auth/me with mail_failed_jobs: false).\n");
        return To(user, subject, text.ToString());
    }

    /// <summary>One line: whatever would end it, or is no text, becomes a blank.</summary>
    internal static string Line(string text) => string.Concat(text.Select(c => IsText(c) ? c : ' ')).Trim();

    private static void Explain(StringBuilder text, JobError? error)
    {
        if (error is null)
        {
            return;
        }

        text.Append(CultureInfo.InvariantCulture, $"  {Line(error.Message)}\n");
        if (error.Detail is { Length: > 0 } detail)
        {
            text.Append("  Proxmox says:\n");
            foreach (var line in (detail.Length <= MostDetail ? detail : $"{detail[..MostDetail]}…").Split('\n'))
            {
                text.Append(CultureInfo.InvariantCulture, $"    {Line(line)}\n");
            }
        }

        foreach (var undone in error.Undone ?? [])
        {
            text.Append(CultureInfo.InvariantCulture, $"  Undone: {Line(undone)}\n");
        }
    }

    /// <summary>In the fragment, which browsers keep to themselves: no server or proxy on the way logs it.</summary>
    private static string Link(string panel, string token) => $"{panel}/reset-password#{token}";

    private static Letter To(User user, string subject, string text) =>
        new(Line(user.Username), user.Email, Shorten(Line(subject)), text.TrimEnd() + "\n");

    private static string Shorten(string subject) => subject.Length <= 150 ? subject : $"{subject[..150]}…";

    private static bool IsText(char c) => char.GetUnicodeCategory(c) is not (UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
