using Gateway.Exchange.Agreements;
using Gateway.Exchange.Tests.Nodes;
using Gateway.Sealing.Keys;
using Gateway.TestKit;

namespace Gateway.Exchange.Tests.Agreements;

public sealed class AgreementBookTests : IDisposable
{
    private static readonly DateTimeOffset Now = Providers.Now;

    private readonly TempFolder _folder = new();
    private readonly AgreementBook _book = AgreementBook.Empty("alpha");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Nothing_is_agreed_by_default() => Assert.Null(_book.Find(Some.AgreementId, "beta", Now));

    [Fact]
    public void A_file_that_does_not_hold_leaves_the_book_as_it_was()
    {
        Write("good", Some.Agreement());
        Assert.Empty(Load());
        Write("newer", Some.Agreement() with { Revision = 2, Purposes = ["other"] });
        File.WriteAllText(_folder["broken" + AgreementFile.Extension], "no signatures");

        var finding = Assert.Single(Load());

        Assert.StartsWith("broken", finding, StringComparison.Ordinal);
        Assert.Equal(1, _book.Find(Some.AgreementId, "beta", Now)!.Agreement.Revision);
    }

    [Fact]
    public void An_agreement_of_others_is_refused()
    {
        File.WriteAllText(_folder["foreign" + AgreementFile.Extension], Some.Signed(Some.Agreement(Providers.Beta, Providers.Gamma), Providers.Beta, Providers.Gamma));

        Assert.Contains("no party", Assert.Single(Load()));
    }

    [Fact]
    public void One_revision_in_two_files_is_refused()
    {
        Write("one", Some.Agreement());
        Write("two", Some.Agreement() with { RetentionDays = 31 });

        Assert.Contains("twice", Assert.Single(Load()));
    }

    [Fact]
    public void A_folder_that_is_not_there_is_named() =>
        Assert.Contains("/nowhere", Assert.Single(_book.Load("/nowhere", Signers)));

    [Fact]
    public void Unknown_expired_and_not_begun_are_one_answer()
    {
        Write("over", Some.Agreement() with { Id = "over", ValidUntil = Now });
        Write("later", Some.Agreement() with { Id = "later", ValidFrom = Now.AddSeconds(1) });
        Assert.Empty(Load());

        Assert.All(["over", "later", "unknown"], id => Assert.Null(_book.Find(id, "beta", Now)));
    }

    [Fact]
    public void An_agreement_with_one_peer_is_none_with_another()
    {
        Write("good", Some.Agreement());
        Assert.Empty(Load());

        Assert.Null(_book.Find(Some.AgreementId, "gamma", Now));
        Assert.NotNull(_book.Find(Some.AgreementId, "beta", Now));
    }

    [Fact]
    public void The_newest_revision_that_has_begun_counts_even_after_its_end()
    {
        Write("wide", Some.Agreement());
        Write("narrow", Some.Agreement() with { Revision = 2, ValidFrom = Now.AddHours(1), ValidUntil = Now.AddHours(2) });
        Assert.Empty(Load());

        Assert.Equal(1, _book.Find(Some.AgreementId, "beta", Now)!.Agreement.Revision);
        Assert.Equal(2, _book.Find(Some.AgreementId, "beta", Now.AddHours(1))!.Agreement.Revision);
        Assert.Null(_book.Find(Some.AgreementId, "beta", Now.AddHours(2)));
    }

    private static VerificationKey? Signers(ReadOnlyMemory<byte> keyIdentifier) =>
        Providers.Alpha.Signers(keyIdentifier) ?? Providers.Beta.Signers(keyIdentifier) ?? Providers.Gamma.Signers(keyIdentifier);

    private void Write(string name, AgreementDocument document) =>
        File.WriteAllText(_folder[name + AgreementFile.Extension], Some.Signed(document));

    private IReadOnlyList<string> Load() => _book.Load(_folder.Path, Signers);
}
