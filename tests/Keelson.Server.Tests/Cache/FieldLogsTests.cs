using Keelson.Server.Cache;
using Keelson.Server.Storing;

namespace Keelson.Server.Tests.Cache;

public sealed class FieldLogsTests
{
    private static readonly ResourceCache Cache = new("/registry/core/pods/"u8.ToArray(), null, 0);

    [Fact]
    public void An_event_is_in_the_logs_of_the_value_before_and_after_and_in_no_other()
    {
        var logs = new FieldLogs("spec.nodeName");
        logs.Reset(5);
        var other = logs.Find("c")!;
        logs.Append([(6, EventType.Added, Pod(6, ""), null)]);
        logs.Append([(7, EventType.Modified, Pod(7, "a"), Pod(6, ""))]);
        logs.Append([(8, EventType.Modified, Pod(8, "b"), Pod(7, "a"))]);
        Assert.Equal([6L, 7L], Revisions(logs.Find("")!));
        Assert.Equal([7L, 8L], Revisions(logs.Find("a")!));
        Assert.Equal([8L], Revisions(logs.Find("b")!));
        Assert.Empty(Revisions(other));
        Assert.Equal(0, other.FindAfter(5));
        Assert.Equal(-1, other.FindAfter(4));
    }

    [Fact]
    public void What_the_whole_log_forgets_is_forgotten()
    {
        var logs = new FieldLogs("spec.nodeName");
        var whole = new EventLog(0, logs.Forget);
        for (var revision = 1L; revision <= EventLog.MaxEvents + 10; revision++)
        {
            (long, EventType, CachedObject, CachedObject?)[] change = [(revision, EventType.Added, Pod(revision, revision % 2 == 0 ? "a" : "b"), null)];
            logs.Append(change);
            whole.Append(change);
        }

        Assert.Equal(12, Revisions(logs.Find("a")!)[0]);
        Assert.Equal(11, Revisions(logs.Find("b")!)[0]);
        Assert.Equal(-1, logs.Find("a")!.FindAfter(9));
    }

    [Fact]
    public void Values_beyond_the_bound_have_no_log_until_all_begins_anew()
    {
        var logs = new FieldLogs("spec.nodeName");
        for (var i = 0; i < FieldLogs.MaxValues; i++) Assert.NotNull(logs.Find($"n{i}"));
        Assert.Null(logs.Find("one more"));
        Assert.NotNull(logs.Find("n0"));
        var before = logs.Find("n1")!;
        logs.Reset(9);
        Assert.Equal(9, before.Forgotten);
        Assert.Equal(9, logs.Find("one more")!.Forgotten);
    }

    [Theory]
    [InlineData("""{"metadata":{},"spec":{"a":{"nodeName":"no"},"b":[{"nodeName":"no"}],"nodeName":"yes"}}""", "yes")]
    [InlineData("""{"metadata":{},"spec":{}}""", null)]
    [InlineData("""{"metadata":{}}""", null)]
    [InlineData("""{"spec":"nodeName"}""", null)]
    [InlineData("""{"spec":{"nodeName":5}}""", null)]
    public void A_text_is_found_where_it_is_and_nowhere_else(string json, string? expected) =>
        Assert.Equal(expected, FieldLogs.Read(System.Text.Encoding.UTF8.GetBytes(json), ["spec", "nodeName"]));

    private static CachedObject Pod(long revision, string node) => CachedObject.FromStore(
        "default/p"u8.ToArray(), StoredForm.Encode(System.Text.Encoding.UTF8.GetBytes($$$"""{"metadata":{"name":"p"},"spec":{"nodeName":"{{{node}}}"} }""")), revision, Cache);

    private static List<long> Revisions(EventLog log)
    {
        var found = new List<long>();
        for (var sequence = log.FindAfter(log.Forgotten); log.Read(sequence) is { } entry; sequence++) found.Add(entry.Revision);
        return found;
    }
}
