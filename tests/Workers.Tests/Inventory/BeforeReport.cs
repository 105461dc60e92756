using System.Reflection;
using MultiPanel.Sagas.Admission;

namespace MultiPanel.Workers.Tests.Inventory;

/// <summary>Admission as it is, and something that happens once, before it is first asked for a report.</summary>
public class BeforeReport : DispatchProxy
{
    private IAdmission inner = null!;
    private Func<Task>? before;

    public static IAdmission Of(IAdmission inner, Func<Task> before)
    {
        var proxy = Create<IAdmission, BeforeReport>();
        (((BeforeReport)(object)proxy).inner, ((BeforeReport)(object)proxy).before) = (inner, before);
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod!.Name == nameof(IAdmission.ReportAsync)
        ? ReportAsync((string)args![0]!)
        : targetMethod.Invoke(inner, args);

    private async Task<AdmissionReport> ReportAsync(string cluster)
    {
        if (Interlocked.Exchange(ref before, null) is { } once)
        {
            await once();
        }

        return await inner.ReportAsync(cluster, CancellationToken.None);
    }
}
