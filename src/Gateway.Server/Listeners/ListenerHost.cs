using Gateway.Server.Interceptors;
using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Gateway.Server.Listeners;

/// <summary>
/// One listener with its own server, services and identity. What is not registered here cannot be called here: a peer cannot reach a
/// backend's service by naming it.
/// </summary>
internal static class ListenerHost
{
    public static WebApplication Build(
        ILoggerFactory loggers,
        Action<KestrelServerOptions> listen,
        int messageBytesMax,
        Action<GrpcServiceOptions> grpc,
        Action<IServiceCollection> services,
        Action<WebApplication> map)
    {
        // The empty builder reads no appsettings.json and no ASPNETCORE_ variables: what a node does is in its configuration file only.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(loggers);
        builder.Services.AddLogging();
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(listen);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(10));
        builder.Services.AddGrpc(options =>
        {
            options.MaxReceiveMessageSize = messageBytesMax;
            options.MaxSendMessageSize = messageBytesMax;
            options.EnableDetailedErrors = false;

            // Ciphertext and encoded pictures do not shrink, and inflating is work that a caller would choose for us.
            options.CompressionProviders.Clear();
            options.Interceptors.Add<UnexpectedErrors>();
            grpc(options);
        });
        services(builder.Services);
        var app = builder.Build();
        map(app);
        return app;
    }
}
