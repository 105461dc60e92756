using System.Text;

namespace MultiPanel.Proxmox.Tests.Stub;

/// <summary>What the stub does with a request: an answer with its raw status line, or one of the ways not to answer.</summary>
internal sealed record StubAnswer(string StatusLine, string Body = "")
{
    /// <summary>Closes the connection after reading the request.</summary>
    public static StubAnswer Hangup { get; } = new("");

    /// <summary>Reads the request and never answers.</summary>
    public static StubAnswer Silence { get; } = new("");

    public static StubAnswer Data(string json) => new("HTTP/1.1 200 OK", $$"""{"data":{{json}}}""");

    /// <summary>An error as pve-http-server 6 sends it: the text in the reason phrase and in the body.</summary>
    public static StubAnswer Error(int status, string text) =>
        new($"HTTP/1.1 {status} {text}", $$"""{"data":null,"message":"{{text}}\n"}""");

    /// <summary>An error of the HTTP server itself: no body.</summary>
    public static StubAnswer Bare(int status, string reason) => new($"HTTP/1.1 {status} {reason}");

    public byte[] Bytes()
    {
        var body = Encoding.UTF8.GetBytes(Body);
        var close = StatusLine.Contains(" 200 ", StringComparison.Ordinal) ? "Keep-Alive" : "close";
        var head = $"{StatusLine}\r\nContent-Type: application/json;charset=UTF-8\r\nContent-Length: {body.Length}\r\nConnection: {close}\r\n\r\n";
        return [.. Encoding.UTF8.GetBytes(head), .. body];
    }
}
