using System.Security.Cryptography;
using MultiPanel.Data.Secrets;

namespace MultiPanel.Data.Tests;

public sealed class SecretBoxTests
{
    private static readonly string First = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
    private static readonly string Second = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    [TestCase("")]
    [TestCase("geheim ⚿")]
    public void What_was_sealed_opens(string secret)
    {
        var box = Box(First);

        Assert.That(box.Open(box.Seal(secret)), Is.EqualTo(secret));
        var (first, second) = (box.Seal(secret), box.Seal(secret));
        Assert.That(first, Is.Not.EqualTo(second), "each seal has a nonce of its own");
    }

    [Test]
    public void After_a_rotation_old_records_open_and_new_ones_use_the_new_key()
    {
        var old = Box(First).Seal("secret");
        var rotated = Box($"{Second},{First}");

        Assert.That(rotated.Open(old), Is.EqualTo("secret"));
        Assert.That(rotated.Seal("x").Split(':')[1], Is.Not.EqualTo(old.Split(':')[1]));
        Assert.That(() => Box(Second).Open(old), Throws.InstanceOf<CryptographicException>().With.Message.Contains(old.Split(':')[1]));
    }

    [Test]
    public void An_altered_record_does_not_open()
    {
        var box = Box(First);
        var record = box.Seal("secret");
        var altered = record[..^4] + (record[^4] == 'A' ? 'B' : 'A') + record[^3..];

        Assert.That(() => box.Open(altered), Throws.InstanceOf<CryptographicException>());
    }

    [TestCase("", "empty")]
    [TestCase("short", "32 random bytes")]
    [TestCase("AAAA", "32 random bytes")]
    public void A_bad_key_is_refused_with_the_remedy(string key, string says)
    {
        Assert.That(SecretBox.TryParse(key, out _, out var problem), Is.False);
        Assert.That(problem, Does.Contain(says).And.Contain("openssl rand"));
    }

    private static SecretBox Box(string keys) => SecretBox.TryParse(keys, out var box, out var problem) ? box! : throw new InvalidOperationException(problem);
}
