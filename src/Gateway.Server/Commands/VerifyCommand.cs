using System.CommandLine;
using System.Globalization;
using Gateway.Exchange.Evidence;
using Gateway.Sealing.Certificates;
using Gateway.Sealing.Signatures;
using Gateway.Server.Records;

namespace Gateway.Server.Commands;

/// <summary><c>gateway verify</c>: checks evidence offline, for anybody, and says what holds and what does not.</summary>
internal static class VerifyCommand
{
    private const int FileBytesMax = SealingLimits.ContentBytesMax + SealingLimits.OverheadBytesMax;

    public static Command Create()
    {
        var file = new Argument<FileInfo?>("FILE") { Description = "Receipt, statement about a channel, de-identification record or root of a stream (CMS, DER); evidence of a stream, of one frame or of the exchange; proof of a mapping.", Arity = ArgumentArity.ZeroOrOne };
        var anchors = new Option<FileInfo[]>("--anchors") { Description = "Root certificates you believe, PEM; got from the providers on a trusted way. May be repeated; FILE needs at least one.", DefaultValueFactory = _ => [] };
        var message = new Option<FileInfo?>("--message") { Description = "For a receipt: the signed message it answers (CMS without content, DER). For a contradiction or evidence of the exchange: a message it should speak of." };
        var media = new Option<FileInfo?>("--media") { Description = "For a record or evidence of media: the released file it speaks of, or for a stream a folder of released frames." };
        var records = new Option<FileInfo?>("--records") { Description = "For a root of a stream: the evidence of the stream, with its records." };
        var store = new Option<FileInfo?>("--store") { Description = "Instead of a file: check a node's store (exchange.db), while the node runs or not. It changes nothing." };
        var command = new Command("verify", "Check a receipt, a statement, a record, evidence or a proof offline, or a node's store. Nothing but the files and the roots you believe is needed.") { file, anchors, message, media, records, store };
        command.Validators.Add(parsed =>
        {
            if (parsed.GetValue(store) is not null == parsed.GetValue(file) is not null)
            {
                parsed.AddError("name either a FILE or a --store");
            }
            else if (parsed.GetValue(file) is not null && parsed.GetValue(anchors) is not { Length: > 0 })
            {
                parsed.AddError("a FILE is checked against the roots you believe: name them with --anchors");
            }
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var console = parsed.InvocationConfiguration;
            if (parsed.GetValue(store) is { } checkedStore)
            {
                return await StoreVerification.RunAsync(checkedStore, console, cancellationToken);
            }

            try
            {
                var path = parsed.GetValue(file)!;
                var subject = new VerifySubject(
                    path.FullName,
                    IsOfMedia(path) || EvidenceReport.Recognises(path) ? [] : Read(path),
                    [.. parsed.GetRequiredValue(anchors).Select(path => TrustAnchors.LoadPem(path.FullName))],
                    Read(parsed.GetValue(message)),
                    parsed.GetValue(media)?.FullName,
                    parsed.GetValue(records)?.FullName,
                    TimeProvider.System.GetUtcNow());
                return Run(subject, console.Output);
            }
            catch (Exception refused) when (refused is IOException or InvalidDataException or UnauthorizedAccessException)
            {
                console.Error.WriteLine(refused.Message);
                return ExitCode.Unusable;
            }
        });
        return command;
    }

    private static int Run(VerifySubject subject, TextWriter output)
    {
        var report = new VerifyReport();
        if (IsOfMedia(new FileInfo(subject.Path)))
        {
            CheckMediaEvidence(subject, report);
        }
        else if (EvidenceReport.Recognises(new FileInfo(subject.Path)))
        {
            EvidenceReport.Run(subject, report);
        }
        else
        {
            CheckSigned(subject, report);
        }

        report.Write(output);
        return report.AllHolds ? ExitCode.Done : ExitCode.NotHolding;
    }

    private static void CheckMediaEvidence(VerifySubject subject, VerifyReport report)
    {
        if (EvidenceHeader.IsAtStartOf(subject.Path, EvidenceHeader.Stream))
        {
            StreamEvidenceCheck.Run(subject, report);
        }
        else
        {
            FrameEvidenceCheck.Run(subject, report);
        }
    }

    private static void CheckSigned(VerifySubject subject, VerifyReport report)
    {
        switch (OfflineSigners.ClaimedContentType(subject.File))
        {
            case null when MappingProofFile.Read(subject.File) is { } proof:
                MappingProofReport.Run(proof, subject, report);
                break;
            case ContentTypes.Receipt:
                ReceiptCheck.Run(subject, report);
                break;
            case ContentTypes.ChannelStatement:
                StatementCheck.Run(subject, report);
                break;
            case ContentTypes.DeidentificationRecord:
                RecordCheck.Run(subject, report);
                break;
            case ContentTypes.StreamRecord:
                StreamRecordCheck.Run(subject, report);
                break;
            case null:
                report.Fails("the file is no signed message (CMS SignedData, DER), no evidence and no proof");
                break;
            default:
                report.Fails("the file is signed, but neither a receipt, a statement nor a record");
                break;
        }
    }

    /// <summary>Evidence of media may be long: it is walked through, not taken into memory.</summary>
    private static bool IsOfMedia(FileInfo file) =>
        file.Exists && (EvidenceHeader.IsAtStartOf(file.FullName, EvidenceHeader.Stream) || EvidenceHeader.IsAtStartOf(file.FullName, EvidenceHeader.Frame));

    private static byte[] Read(FileInfo? file)
    {
        if (file is null)
        {
            return [];
        }

        return file.Exists && file.Length <= FileBytesMax
            ? File.ReadAllBytes(file.FullName)
            : throw new InvalidDataException($"{file.FullName} is missing or larger than {FileBytesMax >> 20} MiB; name the record or evidence that lies beside the output");
    }
}

/// <summary>What is to be checked, and what the one who checks believes.</summary>
internal sealed record VerifySubject(
    string Path, byte[] File, IReadOnlyList<TrustAnchors> Anchors, byte[] Message, string? MediaPath, string? RecordsPath, DateTimeOffset Now);

/// <summary>What holds and what does not.</summary>
internal sealed class VerifyReport
{
    private readonly List<(string Mark, string Text)> _lines = [];

    public bool AllHolds { get; private set; } = true;

    public void Holds(string text) => Add("holds         ", text);

    public void Notes(string text) => Add("              ", text);

    public void Fails(string text)
    {
        AllHolds = false;
        Add("DOES NOT HOLD ", text);
    }

    public void Require(bool holds, string text)
    {
        if (holds)
        {
            Holds(text);
        }
        else
        {
            Fails(text);
        }
    }

    public void Write(TextWriter output)
    {
        foreach (var (mark, text) in _lines)
        {
            output.WriteLine(mark + text);
        }

        output.WriteLine(AllHolds ? "Everything that was checked holds." : "It does not hold.");
    }

    // What is checked may come from anybody, and its texts stand in the report: a line break or an escape sequence in one would forge lines of it.
    private void Add(string mark, string text) => _lines.Add((mark, string.Concat(text.Select(Shown))));

    private static char Shown(char letter) => char.GetUnicodeCategory(letter) is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator ? '\uFFFD' : letter;
}
