using System.Net.Http.Headers;
using System.Text;

namespace MultiPanel.Api.Tests.Fuzz;

/// <summary>One request of the fuzzer.</summary>
/// <param name="Operation">Method and route as the OpenAPI document has them.</param>
/// <param name="Path">With query.</param>
/// <param name="Body">Null: none.</param>
/// <param name="Header">One beside the usual ones; null: none.</param>
/// <param name="Nonsense">What is wrong with it, so that it must not be accepted; null: nothing that is known.</param>
internal sealed record FuzzedRequest(string Operation, HttpMethod Method, string Path, string? Body, (string Name, string Value)? Header, string? Nonsense)
{
    public HttpRequestMessage ToMessage(Uri server)
    {
        // As it stands: the usual constructor would decode and shorten what is under test.
        var message = new HttpRequestMessage(Method, new Uri($"{server.GetLeftPart(UriPartial.Authority)}{Path}", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        if (Body is not null)
        {
            message.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(Body));
            message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        if (Header is var (name, value) && !message.Headers.TryAddWithoutValidation(name, value))
        {
            message.Content ??= new ByteArrayContent([]);
            message.Content.Headers.Remove(name);
            message.Content.Headers.TryAddWithoutValidation(name, value);
        }

        return message;
    }

    public override string ToString() => $"{Method} {Path}{(Header is var (name, value) ? $" {name}: {value}" : "")} {(Body?.Length > 500 ? $"{Body[..500]}…" : Body)}{(Nonsense is null ? "" : $" [{Nonsense}]")}";
}
