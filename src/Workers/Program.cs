using Microsoft.Extensions.Hosting;
using MultiPanel.Hosting;
using MultiPanel.Hosting.Settings;
using MultiPanel.Workers;

return await StartUp.RunAsync(async () =>
{
    var builder = Host.CreateApplicationBuilder(args);
    var reader = new SettingsReader(builder.Configuration);
    var stores = StoreSettings.Read(reader);
    var workers = WorkerSettings.Read(reader);
    reader.ThrowIfWrong();

    builder.Services.AddStores(stores);
    builder.Services.AddPanelWorkers(workers, stores.RabbitMq);

    await builder.Build().RunAsync();
});
