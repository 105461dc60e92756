using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Authorization;
using Microsoft.OpenApi;
using MultiPanel.Api.Http;
using MultiPanel.Api.Idempotency;
using MultiPanel.Contracts.Cloning;
using MultiPanel.Contracts.VmOperations;

namespace MultiPanel.Api.OpenApi;

/// <summary>The OpenAPI description: title, bearer scheme and the header of commands.</summary>
internal static class OpenApiDocument
{
    private const string Bearer = "bearer";

    public static IServiceCollection AddPanelOpenApi(this IServiceCollection services) => services.AddOpenApi("v1", options =>
    {
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "MultiPanel",
                Version = "v1",
                Description = "Commands answer 202 with a job; follow it at /api/jobs/{id} or /api/jobs/{id}/events. "
                    + "A command sent again with the same Idempotency-Key within 24 hours is not done again: it answers with the same job. "
                    + "What a call does not know it refuses with 400 and its name: fields of bodies and query parameters that are not described here, "
                    + "and any body where none is described. Bodies are sent uncompressed (415 otherwise). Ids are digits without a leading zero, or UUIDs; times are ISO 8601 "
                    + $"with an offset or Z. An error names at most {FieldErrors.Most} fields. What is no HTTP request, such as %00 in a path, a header that is not "
                    + "ASCII, or a URL or headers that are too long (414, 431), the server itself refuses without a body.",
            };
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
            document.Components.SecuritySchemes[Bearer] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                BearerFormat = "JWT",
                Description = "The token of POST /api/auth/login.",
            };
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            if (context.Description.ActionDescriptor.EndpointMetadata.OfType<IAuthorizeData>().Any())
            {
                operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Bearer, context.Document)] = [] }];
            }

            return Task.CompletedTask;
        });
        options.AddSchemaTransformer((schema, context, _) =>
        {
            // A request's fields are all that it may have; an answer may get more with the next version.
            schema.AdditionalPropertiesAllowed &= !IsRequest(context.JsonTypeInfo);
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            if (context.Description.ActionDescriptor.EndpointMetadata.OfType<Idempotent>().Any())
            {
                (operation.Parameters ??= []).Add(new OpenApiParameter
                {
                    Name = Idempotent.Header,
                    In = ParameterLocation.Header,
                    Description = "1 to 255 visible ASCII characters of your choice, a new one for each command. The same again within 24 hours: "
                        + $"the same job, with {Idempotent.ReplayedHeader}: true. The same for another command: 422 idempotency_key_reused.",
                    Schema = new OpenApiSchema { Type = JsonSchemaType.String, MinLength = 1, MaxLength = 255 },
                });
            }

            return Task.CompletedTask;
        });
    });

    private static bool IsRequest(JsonTypeInfo type) =>
        type.Kind == JsonTypeInfoKind.Object
        && type.Type.Namespace?.StartsWith("MultiPanel", StringComparison.Ordinal) == true
        && (type.Type.Name.EndsWith("Request", StringComparison.Ordinal) || type.Type == typeof(VmChanges) || type.Type == typeof(CloudInit));
}
