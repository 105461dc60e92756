using MultiPanel.Contracts.Templates;
using MultiPanel.TestKit.Processes;

namespace MultiPanel.Standalone.Tests;

/// <summary>What every test of a running standalone begins with.</summary>
internal static class StandaloneProcess
{
    /// <summary>Waits until it is ready and signs in as the demo's admin.</summary>
    public static async Task<PanelClient> SignInAsync(this PanelProcess panel)
    {
        var line = await panel.SaysAsync(line => line.StartsWith("MultiPanel is ready:", StringComparison.Ordinal), "that it is ready");
        var client = new PanelClient(new Uri(line.Split(' ')[^1]));
        await client.SignInAsync("admin", "admin123");
        return client;
    }

    public static async Task<int> TemplateAsync(this PanelClient client, string name) =>
        (await client.GetAsync<List<TemplateView>>("/api/templates")).Last(template => template.Name == name).Id;
}
