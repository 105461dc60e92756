using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using MultiPanel.Api.Auth;
using MultiPanel.Api.Http;
using MultiPanel.Contracts.Companies;
using MultiPanel.Contracts.Http;
using MultiPanel.Data;
using MultiPanel.Data.Companies;

namespace MultiPanel.Api.Companies;

internal static class CompanyEndpoints
{
    public static void AddCompanies(this IServiceCollection services)
    {
        services.AddScoped<CompanyEditor>();
        services.AddScoped<Quotas>();
    }

    public static void MapCompanies(this IEndpointRouteBuilder api)
    {
        var companies = api.MapGroup("/companies").WithTags("Companies");
        var read = companies.MapGroup("").RequireAuthorization(Permissions.ReadCompanies);
        read.MapGet("", ListAsync).WithSummary("Companies, newest first; their people see their own alone");
        read.MapGet("/{id:int}", GetAsync).WithSummary("One company").Refuses(404);
        read.MapGet("/{id:int}/usage", UsageAsync).WithSummary("What it has and has asked for, against its quotas").Refuses(404);

        var manage = companies.MapGroup("").RequireAuthorization(Permissions.ManageCompanies);
        manage.MapPost("", CreateAsync).WithSummary("Add a company").Refuses(409, 413, 415);
        manage.MapPatch("/{id:int}", ChangeAsync).WithSummary("Change a company; null clears a quota, VMID or all pools").Refuses(404, 409, 413, 415);
        manage.MapDelete("/{id:int}", DeleteAsync).WithSummary("Delete a company that has nothing left").Refuses(404, 409);
    }

    public static async Task<Company> FindAsync(PanelDb db, int id, CancellationToken cancellation) =>
        await db.Companies.SingleOrDefaultAsync(company => company.Id == id, cancellation) ?? throw Problems.NotFound("company", id);

    private static async Task<Ok<ListEnvelope<CompanyView>>> ListAsync(string? limit, string? cursor, PanelDb db, CancellationToken cancellation)
    {
        var page = Query.Checked(rules => Page<int>.Read(limit, cursor, rules));
        var rows = await db.Companies.AsNoTracking()
            .Where(company => page.After == null || company.Id < page.After)
            .OrderByDescending(company => company.Id).Take(page.Limit + 1).ToListAsync(cancellation);
        var (companies, next) = page.Cut(rows, company => company.Id);
        return Answers.List([.. companies.Select(company => company.ToView())], next);
    }

    private static async Task<Ok<Envelope<CompanyView>>> GetAsync(int id, PanelDb db, CancellationToken cancellation) =>
        Answers.Ok((await FindAsync(db, id, cancellation)).ToView());

    private static async Task<Ok<Envelope<UsageView>>> UsageAsync(int id, PanelDb db, CancellationToken cancellation)
    {
        var company = await FindAsync(db, id, cancellation);
        return Answers.Ok((await Usage.CountAsync(db, id, cancellation)).ToView(company));
    }

    private static async Task<Created<Envelope<CompanyView>>> CreateAsync(
        Body<CompanyRequest> body, CompanyEditor editor, CancellationToken cancellation)
    {
        var company = await editor.CreateAsync(
            body.Checked((request, rules) =>
            {
                rules.Required("name", request.Name);
                CompanyEditor.Check(request, rules);
            }),
            cancellation);
        return TypedResults.Created($"/api/companies/{company.Id}", new Envelope<CompanyView>(company.ToView()));
    }

    private static async Task<Ok<Envelope<CompanyView>>> ChangeAsync(
        int id, Body<CompanyRequest> body, PanelDb db, CompanyEditor editor, CancellationToken cancellation)
    {
        var request = body.Checked(CompanyEditor.Check);
        var company = await FindAsync(db, id, cancellation);
        await editor.ChangeAsync(company, request, body.Has, cancellation);
        return Answers.Ok(company.ToView());
    }

    private static async Task<Ok<Envelope<CompanyView>>> DeleteAsync(int id, PanelDb db, CompanyEditor editor, CancellationToken cancellation)
    {
        var company = await FindAsync(db, id, cancellation);
        await editor.DeleteAsync(company, cancellation);
        return Answers.Ok(company.ToView());
    }
}
