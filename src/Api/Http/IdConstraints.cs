using System.Globalization;

namespace MultiPanel.Api.Http;

/// <summary>
/// Replaces what <c>{id:int}</c> and <c>{id:guid}</c> mean in our routes. The framework's take a sign, blanks, line feeds and braces
/// too, by which one row has many addresses, and a rule for one of them is walked around by another.
/// </summary>
internal static class IdConstraints
{
    public static void AddIdConstraints(this IServiceCollection services) => services.Configure<RouteOptions>(options =>
    {
        options.SetParameterPolicy<RowIdConstraint>("int");
        options.SetParameterPolicy<UuidConstraint>("guid");
    });

    private static string? Text(RouteValueDictionary values, string key) => Convert.ToString(values.GetValueOrDefault(key), CultureInfo.InvariantCulture);

    /// <summary>The id of a row, in digits alone.</summary>
    public sealed class RowIdConstraint : IRouteConstraint
    {
        public bool Match(HttpContext? httpContext, IRouter? route, string routeKey, RouteValueDictionary values, RouteDirection routeDirection) =>
            Text(values, routeKey) is { } text && IdText.IsNumber(text) && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _);
    }

    /// <summary>A job's id.</summary>
    public sealed class UuidConstraint : IRouteConstraint
    {
        public bool Match(HttpContext? httpContext, IRouter? route, string routeKey, RouteValueDictionary values, RouteDirection routeDirection) =>
            Text(values, routeKey) is { } text && IdText.IsUuid(text);
    }
}
