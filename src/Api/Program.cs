using MultiPanel.Api;
using MultiPanel.Api.Start;
using MultiPanel.Hosting;
using MultiPanel.Hosting.Bus;
using MultiPanel.Hosting.Settings;

return await StartUp.RunAsync(async () =>
{
    var builder = WebApplication.CreateBuilder(args);
    var reader = new SettingsReader(builder.Configuration);

    if (args is ["migrate", ..])
    {
        await Migration.RunAsync(reader);
        return;
    }

    if (args is ["rotate-secrets", ..])
    {
        await Rotation.RunAsync(reader);
        return;
    }

    var stores = StoreSettings.Read(reader);
    var settings = ApiSettings.Read(reader);
    reader.ThrowIfWrong();

    builder.Services.AddStores(stores);
    builder.Services.AddPanelBus(stores.RabbitMq);
    builder.AddPanelApi(settings);
    builder.WebHost.UseUrls(settings.Url);

    var app = builder.Build();
    app.MapPanelApi();
    await app.RunAsync();
});
