using MultiPanel.Contracts.VmOperations;

namespace MultiPanel.Chaos.Tests.Plan;

/// <summary>Invents what a user does to a VM, so that most of it makes sense if nothing goes wrong.</summary>
internal static class LaneMaker
{
    public static readonly string[] Companies = ["acme", "globex", "initech"];

    private static readonly string[] Templates = ["debian12", "ubuntu2404", "win11", "debian12-local"];

    public static Lane Make(Random random, int number, int length)
    {
        var vm = new ImaginedVm(random);
        var orders = new List<Order> { Spiced(random, vm.Create(Templates[random.Next(Templates.Length)])) };
        var deletes = random.Next(5) < 2;
        while (orders.Count < length)
        {
            var left = length - orders.Count;
            var order = deletes && left <= 2 ? vm.IsOff || left == 1 ? vm.Do(VmAction.Delete) : vm.Do(VmAction.Stop) : vm.Next();
            orders.Add(Spiced(random, order with { AtOnce = orders.Count > 1 && random.Next(10) < 3 }));
            if (order.Action == VmAction.Delete)
            {
                vm = new ImaginedVm(random);
                if (orders.Count < length)
                {
                    orders.Add(vm.Create(Templates[random.Next(Templates.Length)]));
                }
            }
        }

        return new Lane(number, Companies[number % Companies.Length], random.Next(2), orders);
    }

    private static Order Spiced(Random random, Order order) => order with
    {
        CancelAfter = random.Next(100) < 8 ? random.Next(12) : null,
        Retry = random.Next(2) == 0,
    };
}
