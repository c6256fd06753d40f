using System.CommandLine;
using Gateway.Sealing.Certificates;
using Gateway.Sealing.Keys;
using Gateway.Sealing.Originals;

namespace Gateway.Server.Commands;

/// <summary><c>gateway originals</c>: the reversible mode, by hand and never by default.</summary>
internal static class OriginalsCommand
{
    private const int RecipientsMax = 2;

    public static Command Create() => new(
        "originals", "Seal and open originals: the reversible mode. Whoever opens a sealed original can undo a de-identification. Nothing else in the gateway makes one.")
    {
        Seal(), Open(),
    };

    private static Command Seal()
    {
        var original = new Argument<FileInfo>("ORIGINAL") { Description = "File to seal; it is read and left where it is." };
        var target = new Argument<FileInfo>("SEALED") { Description = "Sealed file to write; an existing file is kept and the command refuses." };
        var keys = Keys();
        var recipients = new Option<FileInfo[]>("--recipient") { Description = "Decryption certificate of a recipient (PEM). One, or two where an archive must be able to open it as well.", Required = true };
        var anchors = Anchors();
        var purpose = new Option<string>("--purpose") { Description = "Purpose code it may be opened for, 1 to 64 characters; it is signed.", Required = true };
        var agreement = new Option<string>("--agreement") { Description = "Agreement it is sealed under; signed as well. Default: none, for your own custody.", DefaultValueFactory = _ => "" };
        var days = new Option<int>("--days") { Description = "Days after which it must not be opened any more, 1 to 3650.", DefaultValueFactory = _ => 30 };
        var reversible = Reversible();
        var command = new Command("seal", "Seal a file for named recipients, in constant memory. Refused without --reversible.") { original, target, keys, recipients, anchors, purpose, agreement, days, reversible };
        command.SetAction((parsed, cancellationToken) => GuardedAsync(parsed.GetValue(reversible), parsed.InvocationConfiguration, async console =>
        {
            var now = TimeProvider.System.GetUtcNow();
            var folder = parsed.GetRequiredValue(keys).FullName;
            using var signer = SigningKey.Load(Path.Combine(folder, "signing.crt"), Path.Combine(folder, "signing.key"));
            var named = parsed.GetRequiredValue(recipients).Select(file => LoadRecipient(file.FullName, LoadAnchors(parsed.GetRequiredValue(anchors)), now)).ToArray();
            var period = parsed.GetValue(days);
            if (named.Length > RecipientsMax || period is < 1 or > 3650)
            {
                throw new InvalidDataException("name one or two recipients, and 1 to 3650 days");
            }

            var context = new OriginalContext(signer.Owner, [.. named.Select(key => key.Owner)], parsed.GetValue(agreement)!, parsed.GetRequiredValue(purpose), now.AddDays(period));
            var bytes = await OriginalFile.SealAsync(parsed.GetRequiredValue(original).FullName, parsed.GetRequiredValue(target).FullName, context, signer, named, now, cancellationToken);
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
        var anchors = Anchors();
        var reversible = Reversible();
        var command = new Command("open", "Open a sealed original that names us. Refused without --reversible.") { sealedFile, target, keys, sender, anchors, reversible };
        command.SetAction((parsed, cancellationToken) => GuardedAsync(parsed.GetValue(reversible), parsed.InvocationConfiguration, async console =>
        {
            var now = TimeProvider.System.GetUtcNow();
            var folder = parsed.GetRequiredValue(keys).FullName;
            using var me = DecryptionKey.Load(Path.Combine(folder, "decryption.crt"), Path.Combine(folder, "decryption.key"));
            var senders = parsed.GetRequiredValue(sender).Select(file => LoadSender(file.FullName, LoadAnchors(parsed.GetRequiredValue(anchors)), now)).ToArray();
            SignerRegistry signers = identifier => Array.Find(senders, key => key.KeyIdentifier.Span.SequenceEqual(identifier.Span));
            var path = parsed.GetRequiredValue(target).FullName;
            var result = await OriginalFile.OpenAsync(parsed.GetRequiredValue(sealedFile).FullName, path, me, signers, now, cancellationToken);
            return Report(result, path, console);
        }));
        return command;
    }

    private static Option<DirectoryInfo> Keys() => new("--keys") { Description = "Folder with our keys (gateway certs init).", Required = true };

    private static Option<FileInfo[]> Anchors() => new("--anchors") { Description = "Root certificates you believe for the other side (PEM). May be repeated.", Required = true };

    private static Option<bool> Reversible() => new("--reversible")
    {
        Description = "I know that this keeps people identifiable: a sealed original undoes the de-identification for everybody who holds a recipient's key, now or after a theft.",
    };

    private static async Task<int> GuardedAsync(bool reversible, InvocationConfiguration console, Func<InvocationConfiguration, Task<int>> run)
    {
        if (!reversible)
        {
            console.Error.WriteLine("refused: a sealed original undoes a de-identification for whoever holds a recipient's key; say --reversible if that is what you want");
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

    private static TrustAnchors[] LoadAnchors(FileInfo[] files) => [.. files.Select(file => TrustAnchors.LoadPem(file.FullName))];

    private static EncryptionKey LoadRecipient(string path, TrustAnchors[] anchors, DateTimeOffset now) =>
        FirstTrusted(path, anchors, trusted => EncryptionKey.TryLoad(path, trusted, expected: null, now));

    private static VerificationKey LoadSender(string path, TrustAnchors[] anchors, DateTimeOffset now) =>
        FirstTrusted(path, anchors, trusted => VerificationKey.TryLoad(path, trusted, expected: null, now));

    private static TKey FirstTrusted<TKey>(string path, TrustAnchors[] anchors, Func<TrustAnchors, (CertificateOutcome Outcome, TKey? Key)> load)
        where TKey : class
    {
        var outcome = CertificateOutcome.UntrustedChain;
        foreach (var trusted in anchors)
        {
            (outcome, var key) = load(trusted);
            if (key is not null)
            {
                return key;
            }
        }

        throw new InvalidDataException($"{path} cannot be used: {outcome}; name the certificate for this purpose, and the root of its owner with --anchors");
    }
}
