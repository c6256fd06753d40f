using System.CommandLine;
using Gateway.Exchange.Agreements;
using Gateway.Sealing.Keys;
using Gateway.Server.Configuration;
using Gateway.Server.Demonstration;
using Grpc.Core;

namespace Gateway.Server.Commands;

/// <summary><c>gateway demo</c>: two nodes of two providers on this machine, from a picture to a receipt that anybody can check.</summary>
internal static class DemoCommand
{
    private const string AgreementId = "demo-agreement";
    private const string Purpose = "subscriber-authentication";

    public static Command Create()
    {
        var input = new Option<FileSystemInfo?>("--input") { Description = "Your own picture or folder of pictures. Without it the demo draws its own scene." };
        var folder = new Option<DirectoryInfo>("--out") { Description = "Folder for what the demo leaves behind; it must not hold another run.", DefaultValueFactory = _ => new DirectoryInfo("demo-out") };
        var model = CommonOptions.Model();
        var manifest = CommonOptions.Manifest();
        var command = new Command("demo", "Run the whole mission on this machine: two nodes, de-identification, a sealed mapping, a receipt to verify.") { input, folder, model, manifest };
        command.SetAction((parsed, cancellationToken) =>
        {
            var media = new DeidentificationSettings { ModelFile = parsed.GetValue(model)?.FullName ?? "", ModelManifest = parsed.GetValue(manifest)?.FullName ?? "" };
            var job = new DemoJob(parsed.GetValue(input)?.FullName, parsed.GetRequiredValue(folder).FullName, media);
            return GuardedAsync(job, parsed.InvocationConfiguration, cancellationToken);
        });
        return command;
    }

    private static async Task<int> GuardedAsync(DemoJob job, InvocationConfiguration console, CancellationToken cancellationToken)
    {
        var (input, folder, _) = job;
        if (input is not null && !File.Exists(input) && !Directory.Exists(input))
        {
            console.Error.WriteLine($"there is no file or folder {input}");
            return ExitCode.Unusable;
        }

        if (Directory.Exists(Path.Combine(folder, "keys")))
        {
            console.Error.WriteLine($"{folder} holds an earlier run with its keys; remove it, or name another folder with --out");
            return ExitCode.Unusable;
        }

        try
        {
            return await RunAsync(job, console, cancellationToken);
        }
        catch (RpcException refused)
        {
            console.Error.WriteLine($"the node refused: {refused.Status.StatusCode}, {refused.Status.Detail}");
            return ExitCode.NotHolding;
        }
        catch (Exception refused) when (refused is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            console.Error.WriteLine(refused.Message);
            return ExitCode.Unusable;
        }
    }

    private static async Task<int> RunAsync(DemoJob job, InvocationConfiguration console, CancellationToken cancellationToken)
    {
        var (input, folder, settings) = job;
        var narrator = new Narrator(console.Output);
        Directory.CreateDirectory(folder);

        narrator.Step("Two providers, alpha and beta, each with its own keys, and an agreement that both sign");
        await using var alpha = new DemoProvider("xvide://alpha/a1", folder, settings);
        await using var beta = new DemoProvider("xvide://beta/b1", folder, settings);
        SignAgreement(alpha, beta);
        narrator.Tell($"keys and certificates: {Path.Combine(folder, "keys")}");
        narrator.Tell($"agreement {AgreementId}, purpose {Purpose}: {Path.Combine(alpha.Agreements, AgreementId + AgreementFile.Extension)}");

        narrator.Step("Both nodes start: self-tests, canary picture through the detector, listeners, links");
        await alpha.StartAsync(beta, cancellationToken);
        await beta.StartAsync(alpha, cancellationToken);
        narrator.Tell($"{alpha.Uri} serves peers on {alpha.Node.Listeners.PeerEndPoint}, backends on {alpha.Node.Listeners.BackendEndPoint}");
        narrator.Tell($"{beta.Uri} serves peers on {beta.Node.Listeners.PeerEndPoint}, backends on {beta.Node.Listeners.BackendEndPoint}");

        narrator.Step("alpha's media backend sends pictures over gRPC and mutual TLS; they come back de-identified");
        var media = new Contracts.Deidentification.V1.Deidentification.DeidentificationClient(alpha.OpenBackend("media-backend"));
        await new DemoStills(media, folder, narrator).RunAsync(Stills(input, folder), cancellationToken);

        narrator.Step("The same for a live stream: 30 frames of a moving scene");
        var handle = await new DemoStream(media, folder, narrator).RunAsync(cancellationToken);

        await new DemoExchange(alpha, beta, AgreementId, Purpose, folder, narrator).RunAsync(handle, cancellationToken);

        narrator.Step("Anybody can check the receipt offline; this is what they see");
        return await VerifyAsync(folder, console, cancellationToken);
    }

    private static IReadOnlyList<MediaFile> Stills(string? input, string folder)
    {
        if (input is not null)
        {
            return MediaFiles.Find(input, folder).Stills;
        }

        var scene = Path.Combine(folder, "scene.png");
        DemoStills.DrawScene(scene);
        return [new MediaFile(scene, scene)];
    }

    private static void SignAgreement(DemoProvider alpha, DemoProvider beta)
    {
        var now = TimeProvider.System.GetUtcNow();
        var text = AgreementText.Write(AgreementCommand.NewDraft(AgreementId, [alpha.Uri, beta.Uri], [Purpose], 30, now));
        var signed = "";
        foreach (var provider in (DemoProvider[])[alpha, beta])
        {
            using var key = SigningKey.Load(Path.Combine(provider.Keys, "signing.crt"), Path.Combine(provider.Keys, "signing.key"));
            signed = AgreementFile.Sign(text, signed, key, now);
        }

        File.WriteAllText(Path.Combine(alpha.Agreements, AgreementId + AgreementFile.Extension), signed);
    }

    private static async Task<int> VerifyAsync(string folder, InvocationConfiguration console, CancellationToken cancellationToken)
    {
        string In(string name) => Path.Combine(folder, "evidence", name);

        string[] arguments = ["verify", In("receipt.p7"), "--message", In("message.p7"), "--anchors", In("alpha-root.crt"), "--anchors", In("beta-root.crt")];
        var result = await GatewayCommand.Create().Parse(arguments).InvokeAsync(console, cancellationToken);
        console.Output.WriteLine();
        console.Output.WriteLine("To check it yourself:");
        console.Output.WriteLine($"  dotnet run --project src/Gateway.Server -- {string.Join(' ', arguments)}");
        console.Output.WriteLine("and what either side has on record of it, every event chained to the one before:");
        console.Output.WriteLine($"  dotnet run --project src/Gateway.Server -- verify {In("alpha.evidence")} --anchors {In("alpha-root.crt")}");
        console.Output.WriteLine($"  dotnet run --project src/Gateway.Server -- verify {In("beta.evidence")} --anchors {In("beta-root.crt")}");
        return result;
    }
}

/// <summary>What to demonstrate on.</summary>
/// <param name="Input">Picture or folder of pictures, or null for a drawn scene.</param>
/// <param name="Folder">Where everything is left.</param>
/// <param name="Media">Detector of both nodes.</param>
internal sealed record DemoJob(string? Input, string Folder, DeidentificationSettings Media);
