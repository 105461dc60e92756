using MultiPanel.Api;
using MultiPanel.Data;
using MultiPanel.Hosting;
using MultiPanel.Hosting.Settings;
using MultiPanel.Standalone;
using MultiPanel.Workers;

return await StartUp.RunAsync(async () =>
{
    var builder = WebApplication.CreateBuilder(args);
    builder.AddStandaloneDefaults();

    var reader = new SettingsReader(builder.Configuration);
    var own = StandaloneSettings.Read(reader);
    var stores = StoreSettings.Read(reader);
    var api = ApiSettings.Read(reader);
    var workers = WorkerSettings.Read(reader);
    reader.ThrowIfWrong();

    using var garnet = EmbeddedGarnet.Start(Path.Combine(own.DataFolder, "garnet"));
    stores = stores with { Redis = garnet.Connection, RabbitMq = null };
    var database = new PanelDatabase(stores.Database);
    await database.MigrateAsync();
    await using var demo = own.Demo ? await Demo.StartAsync(own.DataFolder, database, stores.Secrets, TimeProvider.System) : null;

    builder.Services.AddStores(stores);
    builder.Services.AddSingleton<IEmbeddedRedis>(garnet);
    builder.Services.AddSingleton<EmbeddedRedisGuard>();
    builder.Services.AddHostedService(provider => provider.GetRequiredService<EmbeddedRedisGuard>());
    builder.Services.AddPanelWorkers(workers, rabbitMq: null);
    builder.AddPanelApi(api);
    builder.WebHost.UseUrls(api.Url);

    await using var app = builder.Build();
    app.MapPanelApi();
    await app.StartAsync();
    if (demo is not null)
    {
        await demo.RegisterTemplatesAsync(app.Services);
    }

    Banner.Print(app.Urls, demo);
    await app.WaitForShutdownAsync();
    app.Services.GetRequiredService<EmbeddedRedisGuard>().ThrowIfGivenUp();
});
