namespace MultiPanel.Api.Http;

/// <summary>Query parameters, checked as bodies are: all that is wrong at once.</summary>
internal static class Query
{
    public static T Checked<T>(Func<Rules, T> read)
    {
        var errors = new FieldErrors();
        var value = read(new Rules(errors));
        errors.ThrowIfAny();
        return value;
    }
}
