using Gateway.Contracts.Deidentification.V1;
using Gateway.Sealing.Signatures;
using Gateway.Server.Records;
using Google.Protobuf;

namespace Gateway.Server.Commands;

/// <summary>
/// Checks all that a client kept of a stream: each signed root, that every root goes on from the one before it, that the records are those under
/// the roots, and the released files against the records. One walk, in memory of one record.
/// </summary>
internal sealed class StreamEvidenceCheck
{
    private readonly VerifySubject _subject;
    private readonly VerifyReport _report;
    private readonly ReleasedMedia? _media;
    private readonly GrowingMerkleTree _records = new();
    private SignedRoot? _last;
    private byte[] _lastMerkleRoot = [];
    private string? _broken;
    private bool _isCut;
    private int _roots;
    private bool _isOneFile;
    private ulong? _lastFrame;
    private ByteString? _handle;

    private StreamEvidenceCheck(VerifySubject subject, VerifyReport report)
    {
        (_subject, _report) = (subject, report);
        _media = ReleasedMedia.Read(subject.MediaPath);
    }

    public static void Run(VerifySubject subject, VerifyReport report) => new StreamEvidenceCheck(subject, report).Run();

    private void Run()
    {
        try
        {
            foreach (var entry in StreamEvidenceFile.Read(_subject.Path, cut: () => _isCut = true))
            {
                _broken = entry.EntryCase switch
                {
                    StreamEvidence.EntryOneofCase.Record => Take(entry.Record),
                    StreamEvidence.EntryOneofCase.SignedRecord => Take(entry.SignedRecord.ToByteArray()),
                    _ => "an entry is neither a record nor a root",
                };
                if (_broken is not null)
                {
                    break;
                }
            }
        }
        catch (InvalidProtocolBufferException)
        {
            _broken = "an entry cannot be read";
        }

        Tell();
    }

    /// <returns>What is wrong, or null.</returns>
    private string? Take(ByteString bytes)
    {
        var place = _records.Count + 1;
        if (_last?.Record.Kind == StreamRecordKind.Close)
        {
            return $"record {place} follows the end of the stream";
        }

        var record = DeidentificationRecord.Parser.ParseFrom(bytes);
        _handle ??= record.StreamHandle;
        if (record.StreamHandle != _handle)
        {
            return $"record {place} is of another stream";
        }

        if (record.FrameNumber <= _lastFrame)
        {
            return $"record {place}, frame {record.FrameNumber}, does not follow frame {_lastFrame}";
        }

        _lastFrame = record.FrameNumber;
        _records.Append(bytes.Span);
        _media?.Take(record.OutputSha256.Span);
        return null;
    }

    /// <returns>What is wrong, or null.</returns>
    private string? Take(byte[] signed)
    {
        _roots++;
        var (root, why) = SignedRootCheck.Run(signed, _subject);
        var name = $"root {_roots} of the file";
        if (root is null)
        {
            return $"{name}: {why}";
        }

        if (WhatIsWrong(root.Record) is { } wrong)
        {
            return $"{name}: {wrong}";
        }

        (_last, _lastMerkleRoot) = (root, root.Record.MerkleRoot.ToByteArray());
        _records.Mark();
        _isOneFile |= !root.Record.OutputSha256.IsEmpty && _media?.Take(root.Record.OutputSha256.Span) == true;
        return null;
    }

    private string? WhatIsWrong(StreamRecord root)
    {
        var previous = _last?.Record;
        if (_handle is not null && root.StreamHandle != _handle)
        {
            return "it is the root of another stream";
        }

        if (root.Sequence != (previous?.Sequence ?? 0) + 1)
        {
            return $"it is root {root.Sequence} of its stream, and root {(previous?.Sequence ?? 0) + 1} was expected: a root was left out, or their order is another";
        }

        if (!root.PreviousSha256.Span.SequenceEqual(_last?.Sha256 ?? []) || root.PreviousFrames != (previous?.Frames ?? 0))
        {
            return "it names another root before it";
        }

        if (root.Frames != (ulong)_records.Count)
        {
            return $"it covers {root.Frames} records, and {_records.Count} are there: records were dropped or added";
        }

        if (!root.MerkleRoot.Span.SequenceEqual(_records.Root()))
        {
            return "the records are not the ones it covers: one was changed or exchanged, or their order is another";
        }

        return MerkleConsistency.Holds((long)root.PreviousFrames, _lastMerkleRoot, (long)root.Frames, root.MerkleRoot.Span, root.ConsistencyPath.Span)
            ? null
            : "its proof that the root before it is its beginning does not hold";
    }

    private void Tell()
    {
        if (_last is { } last)
        {
            SignedRootCheck.Describe(last, _report);
            _report.Holds($"{last.Record.Sequence} signed roots, each going on from the one before it, and the {last.Record.Frames} records are the ones under them, in order, none changed, dropped or added");
        }

        if (_broken is not null)
        {
            _report.Fails(_broken);
            return;
        }

        _report.Require(!_isCut, _isCut ? "the file ends within an entry" : "the file is whole");
        var isClosed = _last?.Record.Kind == StreamRecordKind.Close;
        _report.Require(isClosed, isClosed
            ? "the stream was closed: no frame follows"
            : $"the stream was closed: the evidence speaks of its first {_last?.Record.Frames ?? 0} frames and of no others");
        if (_records.Count - _records.MarkedCount is > 0 and var open)
        {
            _report.Fails($"{open} records follow the last root: nothing signed speaks of them");
        }

        TellMedia();
    }

    private void TellMedia()
    {
        if (_media is null)
        {
            _report.Notes("no released file was checked: name it, or a folder of released frames, with --media");
        }
        else if (_isOneFile)
        {
            _report.Holds("the file is the one that the frames of the stream were released in");
        }
        else
        {
            _report.Require(_media.Unnamed.Count == 0, $"{_media.Count - _media.Unnamed.Count} of {_media.Count} files are frames that the stream released");
            foreach (var name in _media.Unnamed.Take(10))
            {
                _report.Fails($"no record speaks of {name}: it was changed, or is of another stream");
            }
        }
    }
}
