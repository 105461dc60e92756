using MySqlConnector;

namespace MultiPanel.Data.Tests;

public sealed class DatabaseUrlTests
{
    [Test]
    public void A_password_may_have_any_character()
    {
        Assert.That(DatabaseUrl.TryParse("mysql://us%40er:p%2Fa%3Ass%25@db.example.com:3307/pan%2Del", out var url, out _), Is.True);

        var parsed = new MySqlConnectionStringBuilder(url!.ConnectionString);
        Assert.That((parsed.UserID, parsed.Password, parsed.Server, parsed.Port, parsed.Database),
            Is.EqualTo(("us@er", "p/a:ss%", "db.example.com", 3307u, "pan-el")));
        Assert.That(url.ToString(), Does.Not.Contain("p/a:ss%"));
    }

    [TestCase("")]
    [TestCase("postgres://a:b@c/d")]
    [TestCase("mysql://host/db")]
    [TestCase("mysql://user@host")]
    [TestCase("sqlite:///")]
    [TestCase("Server=x;Database=y")]
    public void What_it_cannot_use_is_refused_with_an_example(string text)
    {
        Assert.That(DatabaseUrl.TryParse(text, out _, out var problem), Is.False);
        Assert.That(problem, Does.Contain("mysql://user:password@host:3306/database"));
    }
}
