using System.CommandLine;
using Gateway.Sealing.Certificates;
using Gateway.Sealing.Keys;
using Gateway.Sealing.Originals;

namespace Gateway.Server.Commands;

/// <summary>For whom, why and until when originals are sealed: the options of every command that seals one.</summary>
internal sealed class OriginalOptions(bool areRequired)
{
    private const int RecipientsMax = 2;
    private const int DaysMax = 3650;

    /// <summary>What an operator is told who did not say that it is reversible.</summary>
    public const string Refusal =
        "refused: a sealed original undoes a de-identification for whoever holds a recipient's key; say --reversible if that is what you want";

    public Option<FileInfo[]> Recipients { get; } = new("--recipient")
    {
        Description = "Decryption certificate of a recipient of sealed originals (PEM). One, or two where an archive must be able to open them as well.",
        Required = areRequired,
        DefaultValueFactory = areRequired ? null : _ => [],
    };

    public Option<FileInfo[]> Anchors { get; } = new("--anchors")
    {
        Description = "Root certificates you believe for the other side (PEM). May be repeated.",
        Required = areRequired,
        DefaultValueFactory = areRequired ? null : _ => [],
    };

    public Option<string> Purpose { get; } = new("--purpose")
    {
        Description = "Purpose code for which a sealed original may be opened, 1 to 64 characters; it is signed.",
        Required = areRequired,
        DefaultValueFactory = areRequired ? null : _ => "",
    };

    public Option<string> Agreement { get; } = new("--agreement")
    {
        Description = "Agreement under which originals are sealed; signed as well. Default: none, for your own custody.",
        DefaultValueFactory = _ => "",
    };

    public Option<int> Days { get; } = new("--days")
    {
        Description = $"Days after which a sealed original must not be opened any more, 1 to {DaysMax}.",
        DefaultValueFactory = _ => 30,
    };

    public Option<bool> Reversible { get; } = NewReversible();

    public static Option<bool> NewReversible() => new("--reversible")
    {
        Description = "I know that this keeps people identifiable: a sealed original undoes the de-identification for everybody who holds a recipient's key, now or after a theft.",
    };

    public void AddTo(Command command)
    {
        command.Options.Add(Recipients);
        command.Options.Add(Anchors);
        command.Options.Add(Purpose);
        command.Options.Add(Agreement);
        command.Options.Add(Days);
        command.Options.Add(Reversible);
    }

    /// <summary>Reads the options.</summary>
    /// <exception cref="InvalidDataException">A certificate cannot be used, or a number is out of range.</exception>
    public OriginalTerms Read(ParseResult parsed, SigningKey signer, DateTimeOffset now)
    {
        var anchors = OriginalCertificates.LoadAnchors(parsed.GetRequiredValue(Anchors));
        var recipients = parsed.GetRequiredValue(Recipients).Select(file => OriginalCertificates.LoadRecipient(file.FullName, anchors, now)).ToArray();
        var days = parsed.GetValue(Days);
        if (recipients.Length is 0 or > RecipientsMax || days is < 1 or > DaysMax)
        {
            throw new InvalidDataException($"name one or two recipients, and 1 to {DaysMax} days");
        }

        var context = new OriginalContext(
            signer.Owner, [.. recipients.Select(key => key.Owner)], parsed.GetValue(Agreement)!, parsed.GetRequiredValue(Purpose), now.AddDays(days));
        return new OriginalTerms(context, recipients);
    }
}

/// <summary>For whom, why and until when.</summary>
/// <param name="Context">What is signed.</param>
/// <param name="Recipients">Keys of the recipients, in the order of the context.</param>
internal sealed record OriginalTerms(OriginalContext Context, IReadOnlyList<EncryptionKey> Recipients);

/// <summary>Certificates of the other side of a sealed original.</summary>
internal static class OriginalCertificates
{
    public static TrustAnchors[] LoadAnchors(FileInfo[] files) => [.. files.Select(file => TrustAnchors.LoadPem(file.FullName))];

    public static EncryptionKey LoadRecipient(string path, TrustAnchors[] anchors, DateTimeOffset now) =>
        FirstTrusted(path, anchors, trusted => EncryptionKey.TryLoad(path, trusted, expected: null, now));

    public static VerificationKey LoadSender(string path, TrustAnchors[] anchors, DateTimeOffset now) =>
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
