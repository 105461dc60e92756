using MultiPanel.Api;
using MultiPanel.Data;
using MultiPanel.Hosting;
using MultiPanel.Hosting.Bus;
using MultiPanel.Hosting.Settings;

return await StartUp.RunAsync(async () =>
{
    var builder = WebApplication.CreateBuilder(args);
    var reader = new SettingsReader(builder.Configuration);

    if (args is ["migrate", ..])
    {
        var url = StoreSettings.ReadDatabase(reader);
        reader.ThrowIfWrong();
        await new PanelDatabase(url).MigrateAsync();
        Console.WriteLine("The database is up to date.");
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
