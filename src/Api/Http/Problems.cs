using System.Text.Json;

namespace MultiPanel.Api.Http;

/// <summary>The refusals that endpoints have in common.</summary>
internal static class Problems
{
    public const string DatabaseUnavailable = "database_unavailable";

    public static ProblemException NotFound(string what, object id) => new(
        StatusCodes.Status404NotFound, $"{what.Replace(' ', '_')}_not_found", $"There is no {what} {id}, or you may not see it.");

    public static ProblemException Conflict(string code, string detail) => new(StatusCodes.Status409Conflict, code, detail);

    /// <summary>409 that names the field.</summary>
    public static ProblemException Taken(string code, string field, string detail)
    {
        var errors = new FieldErrors();
        errors.Add(field, "is taken");
        return new(StatusCodes.Status409Conflict, code, detail) { Errors = errors };
    }

    public static ProblemException Forbidden(string detail) => new(StatusCodes.Status403Forbidden, "forbidden", detail);

    public static ProblemException Invalid(FieldErrors errors) =>
        new(StatusCodes.Status400BadRequest, "validation_failed", errors.Summary) { Errors = errors };

    public static ProblemException Invalid(string field, string message)
    {
        var errors = new FieldErrors();
        errors.Add(field, message);
        return Invalid(errors);
    }

    public static ProblemException InvalidJson(string detail) => new(StatusCodes.Status400BadRequest, "invalid_json", detail);

    public static ProblemException InvalidJson(JsonException why)
    {
        var where = why.LineNumber is null ? "" : $": see line {why.LineNumber + 1}, byte {why.BytePositionInLine + 1}";
        return InvalidJson($"The body is not valid JSON{where}.");
    }

    public static ProblemException UnsupportedMediaType() => new(
        StatusCodes.Status415UnsupportedMediaType, "unsupported_media_type", "Send the body as application/json in UTF-8.");

    public static ProblemException NoMail(string instead) => new(
        StatusCodes.Status503ServiceUnavailable, "mail_off", $"This panel sends no mail: SMTP_HOST is not set. {instead}");

    public static ProblemException NoDatabase(string why) =>
        new(StatusCodes.Status503ServiceUnavailable, DatabaseUnavailable, why) { RetryAfter = TimeSpan.FromSeconds(5) };
}
