namespace MultiPanel.Gateway.PassThrough;

internal static class PassThroughEndpoints
{
    public static void AddPassThrough(this IServiceCollection services)
    {
        services.AddHttpForwarder();
        services.AddSingleton<PanelForwarder>();
    }

    public static void MapPassThrough(this IEndpointRouteBuilder app)
    {
        foreach (var passage in Passage.All)
        {
            var endpoint = app.MapMethods(
                passage.Pattern, passage.Methods, (HttpContext context, PanelForwarder forwarder) => forwarder.PassAsync(context, passage));
            if (!passage.SignsIn && !passage.IsConsole)
            {
                endpoint.RequireAuthorization();
            }
        }
    }
}
