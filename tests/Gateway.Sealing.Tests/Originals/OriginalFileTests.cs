using Gateway.Sealing.Originals;
using Gateway.TestKit;

namespace Gateway.Sealing.Tests.Originals;

public sealed class OriginalFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public OriginalFileTests() => File.WriteAllBytes(_folder["original.bin"], SealedOriginal.Content(200_000));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_file_comes_back_as_it_was_and_only_its_owner_may_read_it()
    {
        Assert.Equal(200_000, await SealAsync("sealed.gwo"));

        var result = await OpenAsync("sealed.gwo", "back.bin");

        Assert.True(result.IsOpened);
        Assert.Equal(File.ReadAllBytes(_folder["original.bin"]), File.ReadAllBytes(_folder["back.bin"]));
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(_folder["back.bin"]) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
        Assert.Equal(["back.bin", "original.bin", "sealed.gwo"], Names());
    }

    [Fact]
    public async Task A_file_that_does_not_open_to_its_end_leaves_no_name_behind()
    {
        await SealAsync("sealed.gwo");
        var bytes = File.ReadAllBytes(_folder["sealed.gwo"]);
        bytes[^1] ^= 1;
        File.WriteAllBytes(_folder["sealed.gwo"], bytes);

        var result = await OpenAsync("sealed.gwo", "back.bin");

        Assert.Equal(OriginalOutcome.ChunkNotAuthentic, result.Outcome);
        Assert.True(result.ReleasedBytes > 0, "the chunks before it are authentic");
        Assert.Equal(["original.bin", "sealed.gwo"], Names());
    }

    [Fact]
    public async Task The_final_name_does_not_exist_before_the_last_chunk_was_verified()
    {
        ForeignTool.Require("mkfifo", "--version");
        await SealAsync("sealed.gwo");
        var bytes = File.ReadAllBytes(_folder["sealed.gwo"]);
        ForeignTool.Run("mkfifo", _folder["slow.gwo"]);

        var opening = Task.Run(() => OpenAsync("slow.gwo", "back.bin"));
        await using (var slow = new FileStream(_folder["slow.gwo"], FileMode.Open, FileAccess.Write))
        {
            await slow.WriteAsync(bytes.AsMemory(..^1));
            await slow.FlushAsync();
            await Eventually.BeTrueAsync(() => Unfinished() is { Length: > 100_000 }, "the first chunks under the unfinished name");
            Assert.DoesNotContain("back.bin", Names());
            await slow.WriteAsync(bytes.AsMemory(^1..));
        }

        Assert.True((await opening).IsOpened);
        Assert.Equal(["back.bin", "original.bin", "sealed.gwo", "slow.gwo"], Names());
    }

    [Fact]
    public async Task A_file_that_exists_is_never_overwritten()
    {
        await SealAsync("sealed.gwo");
        File.WriteAllText(_folder["back.bin"], "mine");

        await Assert.ThrowsAsync<IOException>(() => SealAsync("sealed.gwo"));
        await Assert.ThrowsAsync<IOException>(() => OpenAsync("sealed.gwo", "back.bin"));

        Assert.Equal("mine", File.ReadAllText(_folder["back.bin"]));
        Assert.Equal(["back.bin", "original.bin", "sealed.gwo"], Names());
    }

    private Task<long> SealAsync(string target) => OriginalFile.SealAsync(
        _folder["original.bin"], _folder[target], SealedOriginal.Context(Some.Beta), Some.Alpha.Signing, [Some.Beta.Encryption], Some.Time, default);

    private Task<OriginalResult> OpenAsync(string path, string target) =>
        OriginalFile.OpenAsync(_folder[path], _folder[target], Some.Beta.Decryption, Some.Alpha.Signers, Some.Time, default);

    private FileInfo? Unfinished() => new DirectoryInfo(_folder.Path).EnumerateFiles("*" + OriginalFile.UnfinishedSuffix).SingleOrDefault();

    private string[] Names() => [.. Directory.EnumerateFiles(_folder.Path).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];
}
