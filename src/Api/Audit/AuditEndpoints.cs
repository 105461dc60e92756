using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using MultiPanel.Api.Auth;
using MultiPanel.Api.Http;
using MultiPanel.Contracts.Audit;
using MultiPanel.Contracts.Http;
using MultiPanel.Data;
using MultiPanel.Data.Audit;

namespace MultiPanel.Api.Audit;

internal static class AuditEndpoints
{
    public static void AddAudit(this IServiceCollection services)
    {
        services.AddSingleton<AuditActions>();
        services.AddSingleton<AuditLog>();
        services.AddHostedService(provider => provider.GetRequiredService<AuditLog>());
        services.AddHostedService<AuditPurge>();
    }

    public static void MapAudit(this IEndpointRouteBuilder api) => api.MapGroup("/audit").WithTags("Audit")
        .MapGet("", ListAsync).WithSummary("Who did or tried what, newest first; nothing in it is ever changed").RequireAuthorization(Permissions.ReadAudit);

    private static async Task<Ok<ListEnvelope<AuditView>>> ListAsync([AsParameters] AuditQuery query, AuditActions actions, PanelDb db, CancellationToken cancellation)
    {
        var (filtered, page) = query.Apply(db, actions);
        var (entries, next) = page.Cut(await filtered.ToListAsync(cancellation), entry => entry.Id);
        return Answers.List([.. entries.Select(View)], next);
    }

    private static AuditView View(AuditEntry entry) => new()
    {
        Id = entry.Id,
        At = entry.At,
        Actor = new AuditActor(entry.UserId, entry.Username, entry.TokenId, entry.TokenName),
        CompanyId = entry.CompanyId,
        Address = entry.Address,
        Action = entry.Action,
        Kind = entry.Kind,
        Target = entry.TargetType is { } type ? new AuditTarget(type, entry.TargetId, entry.TargetName) : null,
        Changed = entry.Changed,
        Result = entry.Result,
        Status = entry.Status,
        Code = entry.Code,
        JobId = entry.JobId,
    };
}
