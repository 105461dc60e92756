using System.Net;
using MultiPanel.Contracts.Http;

namespace MultiPanel.Api.Tests.Http;

public sealed class ClientNetworkTests
{
    [TestCase("203.0.113.9", "203.0.113.9")]
    [TestCase("::ffff:203.0.113.9", "203.0.113.9")]
    [TestCase("2001:db8:1:2::1", "20010db800010002::/64")]
    [TestCase("2001:db8:1:2:ffff:ffff:ffff:ffff", "20010db800010002::/64")]
    [TestCase("fe80::1%3", "fe80000000000000::/64")]
    public void It_is_the_address_and_of_ipv6_its_64(string address, string network) =>
        Assert.That(ClientNetwork.Of(IPAddress.Parse(address)), Is.EqualTo(network));

    [Test]
    public void Nobody_knows_where_is_one_client() => Assert.That(ClientNetwork.Of(null), Is.Empty);
}
