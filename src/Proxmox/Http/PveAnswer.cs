using System.Text.Json;

namespace MultiPanel.Proxmox.Http;

/// <summary>What an answer holds: its data, and for logs and task lists how much there is in all.</summary>
internal readonly record struct PveAnswer(JsonElement Data, int? Total);
