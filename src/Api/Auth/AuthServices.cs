using Microsoft.AspNetCore.Authentication.JwtBearer;

namespace MultiPanel.Api.Auth;

internal static class AuthServices
{
    public static IServiceCollection AddPanelAuth(this IServiceCollection services)
    {
        services.AddSingleton<AccessTokens>();
        services.AddSingleton<Accounts>();
        services.AddSingleton<SignInLimits>();
        services.AddSingleton<PasswordThreads>();
        services.AddSingleton<Passwords>();
        services.AddSingleton<SignIn>();
        services.AddSingleton<RefreshTokens>();
        services.AddSingleton<SignInStore>();
        services.AddSingleton<CallerLookup>();
        services.AddScoped<PasswordChange>();
        services.AddScoped<PasswordReset>();
        services.AddSingleton<ResetLimits>();
        services.AddHostedService<SessionPurge>();
        services.AddSingleton<FirstAdmin>();
        services.AddSingleton<BearerEvents>();
        services.AddHttpContextAccessor();
        services.AddScoped(provider =>
            provider.GetRequiredService<IHttpContextAccessor>().HttpContext?.Features.Get<Caller>() ?? Caller.Anonymous);

        services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer(options =>
        {
            options.MapInboundClaims = false;
            options.EventsType = typeof(BearerEvents);
        });
        services.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme)
            .Configure<AccessTokens>((options, tokens) => options.TokenValidationParameters = tokens.Validation());
        services.AddAuthorization(Permissions.AddPolicies);
        return services;
    }
}
