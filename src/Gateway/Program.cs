using MultiPanel.Gateway;
using MultiPanel.Gateway.Settings;

try
{
    var builder = WebApplication.CreateBuilder(args);
    var settings = GatewaySettings.Read(new SettingsReader(builder.Configuration));

    builder.AddGateway(settings);
    builder.WebHost.UseUrls(settings.Url);

    var app = builder.Build();
    app.MapGateway();
    await app.RunAsync();
    return 0;
}
catch (SettingsException wrong)
{
    await Console.Error.WriteLineAsync(wrong.Message);
    return 1;
}
