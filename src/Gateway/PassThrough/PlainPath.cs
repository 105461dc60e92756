namespace MultiPanel.Gateway.PassThrough;

/// <summary>
/// A path that means the same to every program that reads it on the way. One that is decoded or shortened once more behind the
/// gateway, such as <c>/api/jobs/%252e%252e/users</c>, would come out elsewhere than where it was let in.
/// </summary>
internal static class PlainPath
{
    public static bool Is(string path) =>
        path.Length > 1
        && path.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '-' or '_' or '.' or '~')
        && path[1..].Split('/').All(segment => segment is not ("" or "." or ".."));
}
