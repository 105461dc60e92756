using System.Reflection;
using Microsoft.AspNetCore.Http.HttpResults;
using MultiPanel.Api.Auth;
using MultiPanel.Api.Http;
using MultiPanel.Contracts.Health;
using MultiPanel.Contracts.Http;
using MultiPanel.Hosting.Mails;

namespace MultiPanel.Api.Health;

internal static class HealthEndpoints
{
    private static readonly string Version =
        typeof(HealthEndpoints).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    public static void AddHealth(this IServiceCollection services) =>
        services.AddSingleton<DatabaseProbe>().AddSingleton<BrokerProbe>().AddSingleton<Dependencies>();

    public static void MapHealth(this IEndpointRouteBuilder api)
    {
        var health = api.MapGroup("/health").WithTags("Health");
        health.MapGet("", Alive).WithSummary("The process answers");
        health.MapGet("/ready", ReadyAsync)
            .WithSummary("Each dependency's state after a write to it, and its latency; whether mail is on; 503 while commands cannot be accepted")
            .Produces<Envelope<ReadyView>>();
    }

    private static Ok<Envelope<HealthView>> Alive() => Answers.Ok(new HealthView("ok", Version));

    private static async Task ReadyAsync(HttpContext context, Dependencies dependencies, MailOutbox mails, Caller caller)
    {
        var states = await dependencies.AskAsync(caller.IsSuperAdmin, context.RequestAborted);
        if (states[Dependencies.Database] is { State: DependencyState.Down } database)
        {
            // Commands need the database alone: without Redis or the broker they are accepted and wait.
            await ProblemWriter.WriteAsync(context, 503, Problems.DatabaseUnavailable, $"Not ready: {database.Detail}", dependencies: states);
            return;
        }

        var status = states.Values.All(dependency => dependency.State == DependencyState.Up) ? ReadyStatus.Ready : ReadyStatus.Degraded;
        await Answers.Ok(new ReadyView(status, states, mails.IsOn ? MailState.On : MailState.Off)).ExecuteAsync(context);
    }
}
