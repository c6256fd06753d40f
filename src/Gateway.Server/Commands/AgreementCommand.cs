using System.CommandLine;
using Gateway.Exchange.Agreements;
using Gateway.Sealing.Certificates;
using Gateway.Sealing.Keys;

namespace Gateway.Server.Commands;

/// <summary><c>gateway agreement</c>: draft the text, sign it on both sides.</summary>
internal static class AgreementCommand
{
    public static Command Create() => new("agreement", "Agreements between two providers; without one nothing is exchanged.") { Draft(), Sign() };

    private static Command Draft()
    {
        var parties = new Argument<string[]>("GATEWAYS") { Description = "URIs of the two gateways.", Arity = new ArgumentArity(2, 2) };
        var id = new Option<string>("--id") { Description = "Identifier of the agreement, 1 to 64 characters.", Required = true };
        var purposes = new Option<string[]>("--purpose") { Description = "Purpose code; may be repeated.", Required = true };
        var days = new Option<int>("--days") { Description = "Days it is in force from now.", DefaultValueFactory = _ => 365 };
        var file = new Option<FileInfo>("--out") { Description = "File for the text (JSON).", Required = true };
        var command = new Command("draft", "Write the text of an agreement, to be read, completed and signed by both parties.") { parties, id, purposes, days, file };
        command.SetAction(parsed =>
        {
            var gateways = parsed.GetRequiredValue(parties).Select(text => GatewayUri.TryParse(text, out var uri) ? uri : null).ToArray();
            if (gateways.Any(uri => uri is null))
            {
                parsed.InvocationConfiguration.Error.WriteLine("name two gateways as xvide://provider/gateway");
                return ExitCode.Unusable;
            }

            var document = NewDraft(parsed.GetRequiredValue(id), [.. gateways.OfType<GatewayUri>()], parsed.GetRequiredValue(purposes), parsed.GetRequiredValue(days), TimeProvider.System.GetUtcNow());
            return Write(document, parsed.GetRequiredValue(file), parsed.InvocationConfiguration);
        });
        return command;
    }

    private static Command Sign()
    {
        var text = new Argument<FileInfo>("TEXT") { Description = "Text of the agreement (JSON)." };
        var keys = new Option<DirectoryInfo>("--keys") { Description = "Folder with our keys (gateway certs init).", Required = true };
        var file = new Option<FileInfo>("--out") { Description = "Agreement file; a signature of the other party in it stays.", Required = true };
        var command = new Command("sign", "Add our signature to an agreement. Both parties sign the very same text.") { text, keys, file };
        command.SetAction(parsed => SignFile(
            parsed.GetRequiredValue(text).FullName, parsed.GetRequiredValue(keys).FullName, parsed.GetRequiredValue(file).FullName, parsed.InvocationConfiguration));
        return command;
    }

    /// <summary>The text with safe defaults: the identity reference may be read, relationship pseudonyms, 30 days.</summary>
    public static AgreementDocument NewDraft(string id, IReadOnlyList<GatewayUri> gateways, IReadOnlyList<string> purposes, int days, DateTimeOffset now) => new()
    {
        Id = id,
        Revision = 1,
        Profile = "GW-CMS-1",
        Parties = [.. gateways.Select(uri => new AgreementPartyDocument
        {
            Provider = uri.Provider,
            Gateways = [uri.ToString()],
            PrivacyContact = $"privacy@{uri.Provider}.example",
        })],
        Purposes = purposes,
        Fields = [MappingField.IdentityReference, MappingField.SubjectHandle, MappingField.BindingConfidence],
        Operations = [AgreedOperation.Read],
        PseudonymTypes = [AgreedPseudonymType.Relationship],
        RetentionDays = 30,
        ValidFrom = now,
        ValidUntil = now.AddDays(days),
        NoticeVersion = "1",
        OnwardTransfer = false,
        ExchangeForValue = false,
    };

    private static int Write(AgreementDocument document, FileInfo file, InvocationConfiguration console)
    {
        var text = AgreementText.Write(document);
        var (agreement, findings) = AgreementText.Read(text);
        foreach (var finding in findings)
        {
            console.Error.WriteLine(finding);
        }

        if (agreement is null)
        {
            return ExitCode.NotHolding;
        }

        File.WriteAllBytes(file.FullName, text);
        console.Output.WriteLine($"wrote {file.FullName}: read it, complete contacts and notice, then sign it on both sides with: gateway agreement sign");
        return ExitCode.Done;
    }

    private static int SignFile(string textPath, string keysFolder, string path, InvocationConfiguration console)
    {
        try
        {
            var text = File.ReadAllBytes(textPath);
            var (agreement, findings) = AgreementText.Read(text);
            foreach (var finding in findings)
            {
                console.Error.WriteLine($"{textPath}: {finding}");
            }

            if (agreement is null)
            {
                return ExitCode.NotHolding;
            }

            using var key = SigningKey.Load(Path.Combine(keysFolder, "signing.crt"), Path.Combine(keysFolder, "signing.key"));
            var signedSoFar = File.Exists(path) ? File.ReadAllText(path) : "";
            File.WriteAllText(path, AgreementFile.Sign(text, signedSoFar, key, TimeProvider.System.GetUtcNow()));
            console.Output.WriteLine($"{key.Owner} signed {agreement.Id} revision {agreement.Revision} in {path}");
            return ExitCode.Done;
        }
        catch (Exception refused) when (refused is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            console.Error.WriteLine(refused.Message);
            return ExitCode.Unusable;
        }
    }
}
