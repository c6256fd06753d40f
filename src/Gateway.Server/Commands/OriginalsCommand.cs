using System.CommandLine;
using Gateway.Sealing.Keys;
using Gateway.Sealing.Originals;

namespace Gateway.Server.Commands;

/// <summary><c>gateway originals</c>: the reversible mode, by hand and never by default.</summary>
internal static class OriginalsCommand
{
    public static Command Create() => new(
        "originals", "Seal and open originals: the reversible mode. Whoever opens a sealed original can undo a de-identification. Nothing else in the gateway makes one, but 'deidentify' when it is told to.")
    {
        Seal(), Open(),
    };

    private static Command Seal()
    {
        var original = new Argument<FileInfo>("ORIGINAL") { Description = "File to seal; it is read and left where it is." };
        var target = new Argument<FileInfo>("SEALED") { Description = "Sealed file to write; an existing file is kept and the command refuses." };
        var keys = Keys();
        var options = new OriginalOptions(areRequired: true);
        var command = new Command("seal", "Seal a file for named recipients, in constant memory. Refused without --reversible.") { original, target, keys };
        options.AddTo(command);
        command.SetAction((parsed, cancellationToken) => GuardedAsync(parsed.GetValue(options.Reversible), parsed.InvocationConfiguration, async console =>
        {
            var now = TimeProvider.System.GetUtcNow();
            var folder = parsed.GetRequiredValue(keys).FullName;
            using var signer = SigningKey.Load(Path.Combine(folder, "signing.crt"), Path.Combine(folder, "signing.key"));
            var (context, recipients) = options.Read(parsed, signer, now);
            var bytes = await OriginalFile.SealAsync(parsed.GetRequiredValue(original).FullName, parsed.GetRequiredValue(target).FullName, context, signer, recipients, now, cancellationToken);
            console.Output.WriteLine($"sealed {bytes} bytes by {context.Sender} for {string.Join(" and ", context.Recipients)}, purpose {context.Purpose}, to be opened until {context.NotAfter:u}");
            console.Output.WriteLine("data stage: KEYED_REVERSIBLE; whoever holds a recipient's decryption key sees the original. The original itself is where it was: destroy it if nobody else may see it.");
            return ExitCode.Done;
        }));
        return command;
    }

    private static Command Open()
    {
        var sealedFile = new Argument<FileInfo>("SEALED") { Description = "Sealed original." };
        var target = new Argument<FileInfo>("ORIGINAL") { Description = "File to write, readable by its owner alone. It appears when everything was verified; an existing file is kept and the command refuses." };
        var keys = Keys();
        var sender = new Option<FileInfo[]>("--sender") { Description = "Signing certificate of a sender you accept (PEM). May be repeated.", Required = true };
        var anchors = new Option<FileInfo[]>("--anchors") { Description = "Root certificates you believe for the other side (PEM). May be repeated.", Required = true };
        var reversible = OriginalOptions.NewReversible();
        var command = new Command("open", "Open a sealed original that names us. Refused without --reversible.") { sealedFile, target, keys, sender, anchors, reversible };
        command.SetAction((parsed, cancellationToken) => GuardedAsync(parsed.GetValue(reversible), parsed.InvocationConfiguration, async console =>
        {
            var now = TimeProvider.System.GetUtcNow();
            var folder = parsed.GetRequiredValue(keys).FullName;
            using var me = DecryptionKey.Load(Path.Combine(folder, "decryption.crt"), Path.Combine(folder, "decryption.key"));
            var senders = parsed.GetRequiredValue(sender).Select(file => OriginalCertificates.LoadSender(file.FullName, OriginalCertificates.LoadAnchors(parsed.GetRequiredValue(anchors)), now)).ToArray();
            SignerRegistry signers = identifier => Array.Find(senders, key => key.KeyIdentifier.Span.SequenceEqual(identifier.Span));
            var path = parsed.GetRequiredValue(target).FullName;
            var result = await OriginalFile.OpenAsync(parsed.GetRequiredValue(sealedFile).FullName, path, me, signers, now, cancellationToken);
            return Report(result, path, console);
        }));
        return command;
    }

    private static Option<DirectoryInfo> Keys() => new("--keys") { Description = "Folder with our keys (gateway certs init).", Required = true };

    private static async Task<int> GuardedAsync(bool reversible, InvocationConfiguration console, Func<InvocationConfiguration, Task<int>> run)
    {
        if (!reversible)
        {
            console.Error.WriteLine(OriginalOptions.Refusal);
            return ExitCode.NotHolding;
        }

        try
        {
            return await run(console);
        }
        catch (Exception refused) when (refused is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            console.Error.WriteLine(refused.Message);
            return ExitCode.Unusable;
        }
        catch (ArgumentException refused)
        {
            console.Error.WriteLine($"{refused.Message} A purpose and an agreement have 1 to 64 visible ASCII characters; name each recipient once.");
            return ExitCode.Unusable;
        }
    }

    private static int Report(OriginalResult result, string path, InvocationConfiguration console)
    {
        if (result.Context is { } context)
        {
            console.Output.WriteLine($"signed by {context.Sender} for {string.Join(" and ", context.Recipients)}, purpose {context.Purpose}{(context.AgreementId.Length > 0 ? $", agreement {context.AgreementId}" : "")}, to be opened until {context.NotAfter:u}");
        }

        if (result.IsOpened)
        {
            console.Output.WriteLine($"opened {result.ReleasedBytes} bytes: {path}");
            return ExitCode.Done;
        }

        console.Error.WriteLine($"not opened: {Explain(result)}. Nothing was left under {path}.");
        return ExitCode.NotHolding;
    }

    private static string Explain(OriginalResult result) => result.Outcome switch
    {
        OriginalOutcome.NotAnOriginal => "the file does not begin as a sealed original does",
        OriginalOutcome.HeaderNotOpened => $"its header does not open with this key ({result.Open}); it may be for somebody else",
        OriginalOutcome.HeaderNotVerified => $"its signature is none of the senders named with --sender ({result.Verify})",
        OriginalOutcome.StatementMalformed or OriginalOutcome.SenderIsNotSigner => $"what was signed breaks the profile ({result.Outcome}); tell the sender",
        OriginalOutcome.NotForUs => "its sender did not name us; somebody passed it on",
        OriginalOutcome.Expired => "the time until which it may be opened is over",
        OriginalOutcome.Truncated => "it is cut off; ask for it again",
        _ => $"it was changed on its way ({result.Outcome}); ask for it again",
    };
}
