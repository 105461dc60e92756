using MultiPanel.Simulator.Http;
using MultiPanel.Simulator.Qemu;
using MultiPanel.Simulator.Running;
using MultiPanel.Simulator.State;

namespace MultiPanel.Simulator.Api;

/// <summary>Storages and their contents.</summary>
internal static class StorageApi
{
    private static readonly string[] Audit = ["Datastore.Audit", "Datastore.AllocateSpace"];

    public static IEnumerable<ApiMethod> Methods() =>
    [
        new("GET", "/storage", "type", Configured),
        new ApiMethod("GET", "/nodes/{node}/storage", "content:content-list enabled:bool format:bool storage:storage target:node", OnNode).Protected(),
        new ApiMethod("GET", "/nodes/{node}/storage/{storage}/status", "", call => Status(Find(call), call.Node)).Protected().Needs("/storage/{storage}", Audit),
        new ApiMethod("GET", "/nodes/{node}/storage/{storage}/identity", "", _ =>
            throw new PveException("get_identity not implemented for this plugin at /usr/share/perl5/PVE/Storage/Plugin.pm line 2681.")).Protected().Needs("/storage/{storage}", Audit),
        new ApiMethod("GET", "/nodes/{node}/storage/{storage}/content", "content vmid:vmid", Content).Protected().Needs("/storage/{storage}", Audit),
        new ApiMethod("POST", "/nodes/{node}/storage/{storage}/content", "vmid:vmid! filename! size! format:raw|qcow2|subvol|vmdk", Allocate).Protected().Needs("/storage/{storage}", "Datastore.AllocateSpace"),
        new ApiMethod("DELETE", "/nodes/{node}/storage/{storage}/content/{volume}", "delay:int,min=1,max=30", Delete).Protected().Needs("/storage/{storage}", "Datastore.AllocateSpace"),
        new ApiMethod("DELETE", "/nodes/{node}/storage/{storage}/content/{directory}/{volume}", "delay:int,min=1,max=30", Delete).Protected().Needs("/storage/{storage}", "Datastore.AllocateSpace"),
        new ApiMethod("DELETE", "/nodes/{node}/storage/{storage}/content/{directory}/{base}/{owner}/{volume}", "delay:int,min=1,max=30", Delete).Protected().Needs("/storage/{storage}", "Datastore.AllocateSpace"),
    ];

    private static StorageState Find(ApiCall call)
    {
        var storage = call.Cluster.Storage(call["storage"]!);
        return storage.IsOn(call.Node) ? storage : throw new PveException($"storage '{storage.Name}' is not available on node '{call.Node}'");
    }

    private static IEnumerable<object> Configured(ApiCall call) => call.Cluster.State.Storages
        .Where(storage => (call["type"] is null || call["type"] == storage.Type) && call.Cluster.Permissions.Allows(call.Caller, $"/storage/{storage.Name}", Audit))
        .Select(storage =>
        {
            var shown = new Dictionary<string, object?>
            {
                ["storage"] = storage.Name,
                ["type"] = storage.Type,
                ["content"] = storage.Content,
                ["digest"] = VmConfig.Sha1(string.Join(',', call.Cluster.State.Storages.Select(other => other.Name))),
            };
            if (storage.HoldsFiles)
            {
                shown["path"] = storage.Path;
            }

            if (storage.Shared)
            {
                shown["shared"] = 1;
            }

            if (storage.Nodes is not null)
            {
                shown["nodes"] = string.Join(',', storage.Nodes);
            }

            return shown;
        });

    private static IEnumerable<object> OnNode(ApiCall call) => call.Cluster.State.Storages
        .Where(storage => storage.IsOn(call.Node) && (call["storage"] is null || call["storage"] == storage.Name)
            && (call["target"] is null || (storage.Shared && storage.IsOn(call["target"]!)))
            && (call["content"]?.Split(',').Any(storage.Content.Split(',').Contains) ?? true)
            && call.Cluster.Permissions.Allows(call.Caller, $"/storage/{storage.Name}", Audit))
        .Select(storage =>
        {
            var shown = Status(storage, call.Node);
            shown["active"] = call.Cluster.Faults.IsActive(storage.Name, call.Node) ? 1 : 0;
            shown["storage"] = storage.Name;
            shown["used_fraction"] = (double)storage.UsedOn(call.Node) / storage.Capacity;
            return shown;
        });

    private static Dictionary<string, object?> Status(StorageState storage, string node) => new()
    {
        ["type"] = storage.Type,
        ["content"] = storage.Content,
        ["shared"] = storage.Shared ? 1 : 0,
        ["enabled"] = 1,
        ["active"] = 1,
        ["total"] = storage.Capacity,
        ["used"] = storage.UsedOn(node),
        ["avail"] = storage.FreeOn(node),
    };

    private static IEnumerable<object> Content(ApiCall call)
    {
        var storage = Find(call);
        return storage.On(call.Node)
            .Where(volume => (call["content"] is null || call["content"] == volume.ContentType) && (call["vmid"] is null || call.VmId == volume.VmId))
            .Where(volume => volume.VmId is not { } owner
                || call.Cluster.Permissions.Allows(call.Caller, $"/vms/{owner}", "VM.Config.Disk", "VM.Backup")
                || call.Cluster.Permissions.Allows(call.Caller, $"/storage/{storage.Name}", "Datastore.Allocate"))
            .Select(volume => Show(storage, volume));
    }

    private static Dictionary<string, object?> Show(StorageState storage, VolumeState volume)
    {
        var shown = new Dictionary<string, object?>
        {
            ["volid"] = $"{storage.Name}:{volume.Name}",
            ["content"] = volume.ContentType,
            ["format"] = volume.Format,
            ["size"] = volume.Size,
            ["ctime"] = volume.Created,
        };
        if (volume.VmId is { } vmId)
        {
            shown["vmid"] = vmId;
            shown["used"] = volume.Used;
            shown["parent"] = volume.Parent is { } parent ? $"../{parent}" : null;
        }

        return shown;
    }

    private static string Allocate(ApiCall call)
    {
        var storage = Find(call);
        var format = call["format"] ?? "raw";
        var name = storage.HoldsFiles ? $"{call.VmId}/{call["filename"]}" : call["filename"]!;
        if (storage.Find(call.Node, name) is not null)
        {
            throw new PveException($"disk image '{Volumes.PathOf(storage, name)}' already exists");
        }

        var size = Sizes.Parse(call["size"]!.TrimEnd('M', 'G')) ?? 0;
        storage.Add(call.Node, new VolumeState
        {
            Name = name,
            VmId = call.VmId,
            Format = format,
            Size = size << (call["size"]![^1] == 'G' ? 30 : call["size"]![^1] == 'M' ? 20 : 10),
            Used = 0,
            Created = call.Cluster.Now.ToUnixTimeSeconds(),
        });
        return $"{storage.Name}:{name}";
    }

    private static string Delete(ApiCall call)
    {
        var storage = Find(call);
        var path = string.Join('/', new[] { call["directory"], call["base"], call["owner"], call["volume"] }.Where(part => part is not null));
        var name = path.StartsWith(storage.Name + ":", StringComparison.Ordinal) ? path[(storage.Name.Length + 1)..] : path;
        var owner = name.Split('/') is [.., var directory, _] ? directory : name.Split('-') is [_, var id, ..] ? id : "";
        var args = new Dictionary<string, string> { ["storage"] = storage.Name, ["volume"] = name };
        return call.Cluster.Tasks.Start(call.Node, "imgdel", $"{owner}@{storage.Name}", call.Caller.Id, args).Upid;
    }
}
