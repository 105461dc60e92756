using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using MultiPanel.Api.Http;
using MultiPanel.Contracts.Auth;
using MultiPanel.Contracts.Http;
using MultiPanel.Data;
using MultiPanel.Data.Users;

namespace MultiPanel.Api.Auth;

internal static class AuthEndpoints
{
    public static void MapAuth(this IEndpointRouteBuilder api)
    {
        var auth = api.MapGroup("/auth").WithTags("Auth").Refuses(401);
        auth.MapPost("/login", LoginAsync).WithSummary("Sign in by user name or e-mail address").Refuses(413, 415, 429);
        auth.MapPost("/refresh", RefreshAsync).WithSummary("A new token pair for a refresh token, which is taken once").Refuses(413, 415);
        auth.MapPost("/logout", LogoutAsync).WithSummary("Sign out: the sign-in's tokens end").Refuses(413, 415);
        auth.MapPost("/password", ChangePasswordAsync).WithSummary("Change one's own password; all older tokens end, API tokens too")
            .RequireAuthorization(Permissions.ManageThemselves).Refuses(403, 413, 415, 429);
        auth.MapPost("/password/forgot", ForgotPasswordAsync)
            .WithSummary("Have a link mailed by which the password can be set once, within an hour. The answer is the same for every name; 503 mail_off: this panel sends no mail")
            .Refuses(413, 415, 429);
        auth.MapPost("/password/reset", ResetPasswordAsync)
            .WithSummary("Set the password by the token of such a link; all older tokens end, API tokens too. 400 invalid_link: it was used, is over, or a newer one was sent")
            .Refuses(413, 415, 429);
        auth.MapGet("/me", MeAsync).WithSummary("Who is signed in").RequireAuthorization(Permissions.SeeThemselves);
        auth.MapPatch("/me", ChangeSettingsAsync).WithSummary("Choose what one gets mails about")
            .RequireAuthorization(Permissions.ManageThemselves).Refuses(403, 413, 415);
    }

    private static async Task<Ok<Envelope<LoginResult>>> LoginAsync(
        Body<LoginRequest> body, SignIn signIn, SignInStore sessions, HttpContext context)
    {
        var user = await signIn.VerifyCredentialsAsync(body.Checked(LoginRules.Check), context);
        return Answers.Ok(await sessions.StartAsync(user, context.RequestAborted));
    }

    private static async Task<Ok<Envelope<LoginResult>>> RefreshAsync(
        Body<RefreshRequest> body, SignInStore sessions, HttpContext context)
    {
        var token = body.Checked().RefreshToken;
        return Answers.Ok(await sessions.RefreshAsync(token, user => Remember(user, context), context.RequestAborted));
    }

    /// <summary>The holder of a token may end it; without any there is nothing to end.</summary>
    private static async Task<Ok<Envelope<LoggedOut>>> LogoutAsync(
        Body<LogoutRequest> body, Caller caller, SignInStore sessions, HttpContext context)
    {
        var session = body.Checked().RefreshToken is { } token ? sessions.Read(token) : caller.Session;
        if (session is not { } id)
        {
            throw new ProblemException(401, "not_signed_in", "There is no sign-in to end: send its access token or its refresh token.");
        }

        if (await sessions.OwnerAsync(id, context.RequestAborted) is { } owner)
        {
            Remember(owner, context);
        }

        await sessions.EndAsync(id, context.RequestAborted);
        return Answers.Ok(new LoggedOut(true));
    }

    /// <summary>For the audit log: a refresh token names its user, though it signs no one in.</summary>
    private static void Remember(User user, HttpContext context) =>
        context.Features.Get<AuditTrail>()?.SigningIn = (user.Id, user.Username, user.CompanyId);

    private static async Task<Ok<Envelope<LoginResult>>> ChangePasswordAsync(
        Body<PasswordRequest> body, Caller caller, PasswordChange change, HttpContext context)
    {
        var request = body.Checked((password, rules) =>
        {
            rules.Required("current_password", password.CurrentPassword);
            rules.That(password.CurrentPassword is not { Length: > LoginRules.Longest }, "current_password", "is too long");
            rules.Required("new_password", password.NewPassword);
            PasswordRules.Check("new_password", password.NewPassword, rules);
        });
        return Answers.Ok(await change.ChangeAsync(caller.RequireUser(), request, context.ClientNetwork(), context.RequestAborted));
    }

    private static async Task<Ok<Envelope<ForgotPasswordAnswer>>> ForgotPasswordAsync(
        Body<ForgotPasswordRequest> body, PasswordReset reset, HttpContext context)
    {
        var request = body.Checked((forgot, rules) =>
        {
            rules.Required("username", forgot.Username);
            LoginRules.Username(forgot.Username, rules);
        });
        await reset.AskAsync(request.Username, context);
        return Answers.Ok(new ForgotPasswordAnswer(
            "If there is an active user of that name or e-mail address, a mail with a link is on its way. The link works once, within an hour."));
    }

    private static async Task<Ok<Envelope<ResetPasswordAnswer>>> ResetPasswordAsync(
        Body<ResetPasswordRequest> body, PasswordReset reset, HttpContext context)
    {
        var request = body.Checked((set, rules) =>
        {
            rules.Required("token", set.Token);
            rules.That(set.Token is not { Length: > 255 }, "token", "is too long");
            rules.Required("password", set.Password);
            PasswordRules.Check("password", set.Password, rules);
        });
        return Answers.Ok(new ResetPasswordAnswer((await reset.SetAsync(request, context)).Username));
    }

    private static async Task<Ok<Envelope<UserView>>> ChangeSettingsAsync(
        Body<OwnSettingsRequest> body, Caller caller, PanelDb db, Accounts accounts, CancellationToken cancellation)
    {
        var (request, id) = (body.Checked(), caller.RequireUser());
        var user = await db.Users.SingleAsync(user => user.Id == id, cancellation);
        user.MailFailedJobs = request.MailFailedJobs ?? user.MailFailedJobs;
        await db.SaveChangesAsync(cancellation);
        accounts.Forget(id);
        return Answers.Ok(user.ToView());
    }

    private static async Task<Ok<Envelope<UserView>>> MeAsync(Caller caller, Accounts accounts, CancellationToken cancellation) =>
        Answers.Ok(caller.Service ?? (await accounts.FindAsync(caller.Id, cancellation))!.ToView());
}
