using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Net.Http.Headers;

namespace MultiPanel.Api.Http;

/// <summary>A request's JSON body, read but not yet validated: <see cref="Checked"/> returns it.</summary>
internal sealed class Body<T> : IEndpointParameterMetadataProvider where T : class
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 16, AllowDuplicateProperties = false };

    private readonly T value;
    private readonly FieldErrors errors;
    private readonly HashSet<string> given;

    private Body(T value, FieldErrors errors, HashSet<string> given)
    {
        this.value = value;
        this.errors = errors;
        this.given = given;
    }

    /// <summary>Given at all, be it as null: what a PATCH clears.</summary>
    public bool Has(string field) => given.Contains(field);

    /// <exception cref="ProblemException">400 with everything that is wrong: types, names, and what the rules say.</exception>
    public T Checked(Action<T, Rules>? rules = null)
    {
        rules?.Invoke(value, new Rules(errors));
        errors.ThrowIfAny();
        return value;
    }

    public static async ValueTask<Body<T>?> BindAsync(HttpContext context)
    {
        try
        {
            using var json = await ReadAsync(context.Request, context.RequestAborted);
            var errors = new FieldErrors();
            var value = JsonFields.Read<T>(json.RootElement, errors);
            return new Body<T>(value, errors, [.. json.RootElement.EnumerateObject().Select(field => field.Name)]);
        }
        catch (JsonException why)
        {
            throw Problems.InvalidJson(why);
        }
        catch (Exception unreadable) when (unreadable is InvalidOperationException or ArgumentException)
        {
            // A name that has half of a surrogate pair is JSON, but no text.
            throw Problems.InvalidJson("The body holds text that is not valid Unicode.");
        }
    }

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) =>
        builder.Metadata.Add(new AcceptsMetadata(["application/json"], typeof(T), JsonFields.IsOptional(typeof(T))));

    private static async Task<JsonDocument> ReadAsync(HttpRequest request, CancellationToken cancellation)
    {
        var hasBody = request.HttpContext.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestBodyDetectionFeature>()?.CanHaveBody
            ?? request.ContentLength > 0;
        if (!hasBody || request.ContentLength == 0)
        {
            return JsonFields.IsOptional(typeof(T))
                ? JsonDocument.Parse("{}")
                : throw Problems.InvalidJson("A JSON body is required.");
        }

        if (!request.HasJsonContentType() || Charset(request) is not (null or "utf-8"))
        {
            throw Problems.UnsupportedMediaType();
        }

        var json = await JsonDocument.ParseAsync(request.Body, Strict, cancellation);
        return json.RootElement.ValueKind == JsonValueKind.Object ? json : throw Problems.InvalidJson("The body must be a JSON object.");
    }

    private static string? Charset(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type) && type.Charset.HasValue
            ? type.Charset.Value.Trim('"').ToLowerInvariant()
            : null;
}
