using MultiPanel.Api.Auth;
using MultiPanel.Data.Jobs;

namespace MultiPanel.Api.Jobs;

/// <summary>Who may give a command may also cancel it or try it again, and nobody else, whatever they may do to jobs as such.</summary>
internal static class JobPermissions
{
    /// <param name="kind">A job's, such as vm.start.</param>
    /// <returns>The permission that the command needs.</returns>
    /// <exception cref="ArgumentException">No command is known by such a kind.</exception>
    public static string Of(string kind) => kind.Split('.')[0] switch
    {
        "vm" => Permissions.CommandVms,
        "template" => Permissions.RegisterTemplates,
        _ => throw new ArgumentException($"Which permission do jobs of kind {kind} need?", nameof(kind)),
    };

    /// <returns>Null: the caller may give such a command.</returns>
    public static Http.ProblemException? WhyNot(this Caller caller, Job job) =>
        caller.Allows(Of(job.Kind)) ? null : Http.Problems.Forbidden($"This needs {Of(job.Kind)} too, the permission for jobs of kind {job.Kind}, which you do not have.");
}
