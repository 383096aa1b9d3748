using System.Net;
using System.Text;
using Keelson.Server.Audit;
using Keelson.Testing;

namespace Keelson.Server.Tests.Audit;

public sealed class AuditBackendTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("keelson-audit-");
    private readonly VirtualClock _clock = new(VirtualClock.DefaultStart);

    private string Log => Path.Combine(_folder.FullName, "audit.log");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_file_has_one_event_a_line_and_is_the_owners_alone()
    {
        await using (var log = new AuditLogFile(Log, new(), _clock)) await log.WriteAsync([Event("a"), Event("b")], CancellationToken.None);
        await using (var log = new AuditLogFile(Log, new(), _clock)) await log.WriteAsync([Event("c")], CancellationToken.None);

        Assert.Equal(["a", "b", "c"], await File.ReadAllLinesAsync(Log, TestContext.Current.CancellationToken));
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Log));
    }

    [Fact]
    public async Task A_full_file_is_put_aside_and_only_so_many_are_kept()
    {
        await using var log = new AuditLogFile(Log, new() { MaxMegabytes = 1, MaxFiles = 2 }, _clock);
        for (var i = 0; i < 5; i++)
        {
            await log.WriteAsync([Event(new string((char)('a' + i), 700_000))], CancellationToken.None);
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        var aside = _folder.GetFiles("audit-*.log").OrderBy(file => file.Name).ToList();
        Assert.Equal(2, aside.Count);
        Assert.Equal("cde", string.Concat(aside.Select(file => File.ReadAllText(file.FullName)[0])) + File.ReadAllText(Log)[0]);
    }

    [Fact]
    public async Task Old_files_are_removed()
    {
        await using var log = new AuditLogFile(Log, new() { MaxMegabytes = 1, MaxDays = 1 }, _clock);
        await log.WriteAsync([Event(new string('a', 700_000))], CancellationToken.None);
        await log.WriteAsync([Event(new string('b', 700_000))], CancellationToken.None);
        var old = Assert.Single(_folder.GetFiles("audit-*.log"));
        old.LastWriteTimeUtc = _clock.GetUtcNow().UtcDateTime.AddDays(-2);
        _clock.Advance(TimeSpan.FromSeconds(1));

        await log.WriteAsync([Event(new string('c', 700_000))], CancellationToken.None);

        old.Refresh();
        Assert.False(old.Exists);
        Assert.Single(_folder.GetFiles("audit-*.log"));
    }

    [Fact]
    public async Task A_webhook_is_sent_lists_and_asked_again_when_it_fails()
    {
        var answers = new Queue<HttpStatusCode>([HttpStatusCode.ServiceUnavailable, HttpStatusCode.OK]);
        var sent = new List<string>();
        await using var hook = Hook(async request =>
        {
            sent.Add(await request.Content!.ReadAsStringAsync());
            return answers.Dequeue();
        });

        var writing = hook.WriteAsync(["""{"a":1}"""u8.ToArray(), """{"b":2}"""u8.ToArray()], CancellationToken.None).AsTask();
        await _clock.AdvanceUntilAsync(() => writing.IsCompleted, TimeSpan.FromSeconds(30));
        await writing;

        Assert.Equal(2, sent.Count);
        Assert.Equal("""{"kind":"EventList","apiVersion":"audit.k8s.io/v1","metadata":{},"items":[{"a":1},{"b":2}]}""", sent[1]);
    }

    [Fact]
    public async Task A_webhook_that_never_takes_events_is_given_up()
    {
        var asked = 0;
        await using var hook = Hook(_ => ++asked % 2 == 0 ? throw new HttpRequestException("refused") : Task.FromResult(HttpStatusCode.InternalServerError));

        var writing = hook.WriteAsync(["{}"u8.ToArray()], CancellationToken.None).AsTask();
        await _clock.AdvanceUntilAsync(() => writing.IsCompleted, TimeSpan.FromMinutes(5));

        await Assert.ThrowsAsync<IOException>(() => writing);
        Assert.Equal(5, asked);
    }

    private AuditWebhook Hook(Func<HttpRequestMessage, Task<HttpStatusCode>> answer) => new(new HttpMessageInvoker(new Answering(answer)), new Uri("https://hook.example/audit"), _clock);

    private static ReadOnlyMemory<byte> Event(string text) => Encoding.UTF8.GetBytes(text);

    private sealed class Answering(Func<HttpRequestMessage, Task<HttpStatusCode>> answer) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => new(await answer(request));
    }
}
