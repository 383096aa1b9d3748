using Keelson.Api.Core.V1;

namespace Keelson.Api.Tests.Rules;

public sealed class VolumeTests
{
    private static readonly Specimen<PersistentVolume> Volume = new(
        "{metadata: {name: a}, spec: {capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce], nfs: {server: s, path: /p}}}");

    private static readonly Specimen<PersistentVolumeClaim> Claim = new(
        "{metadata: {name: a, namespace: a}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}");

    [Fact]
    public void A_plain_volume_and_a_plain_claim_are_valid()
    {
        Assert.Empty(Volume.Create());
        Assert.Empty(Volume.Update("{}"));
        Assert.Empty(Claim.Create());
        Assert.Empty(Claim.Update("{}"));
    }

    [Fact]
    public void A_volume_and_a_claim_have_defaults()
    {
        Assert.Equal("""{"hostPath":{"path":"/p","type":""},"persistentVolumeReclaimPolicy":"Retain","volumeMode":"Filesystem"}""",
            Specimen<PersistentVolume>.Defaults("{spec: {hostPath: {path: /p}}}"));
        Assert.Equal("""{"resources":{},"volumeMode":"Filesystem","dataSource":{"apiGroup":null,"kind":"PersistentVolumeClaim","name":"b"},"dataSourceRef":{"apiGroup":null,"kind":"PersistentVolumeClaim","name":"b"}}""",
            Specimen<PersistentVolumeClaim>.Defaults("{spec: {dataSource: {kind: PersistentVolumeClaim, name: b}}}"));
        Assert.Equal("""{"resources":{},"volumeMode":"Filesystem"}""", Specimen<PersistentVolumeClaim>.Defaults("{spec: {dataSource: {kind: Pod, name: b}}}"));
    }

    [Theory]
    [InlineData("{spec: {accessModes: null}}", "spec.accessModes: Required value")]
    [InlineData("{spec: {accessModes: [Sometimes]}}", "spec.accessModes: Unsupported value: \"Sometimes\": supported values: \"ReadOnlyMany\", \"ReadWriteMany\", \"ReadWriteOnce\", \"ReadWriteOncePod\"")]
    [InlineData("{spec: {accessModes: [ReadWriteOncePod, ReadWriteOnce]}}", "spec.accessModes: Forbidden: may not use ReadWriteOncePod with other access modes")]
    [InlineData("{spec: {capacity: {storage: 0}}}", "spec.capacity[storage]: Invalid value: \"0\": must be greater than zero")]
    [InlineData("{spec: {capacity: {storage: null, cpu: 1}}}", "spec.capacity: Unsupported value: {\"cpu\":\"1\"}: supported values: \"storage\"")]
    [InlineData("{spec: {nfs: null}}", "spec: Required value: must specify a volume type")]
    [InlineData("{spec: {nfs: null, hostPath: {path: '', type: Heap}}}", "spec.hostPath.path: Required value")]
    [InlineData("{spec: {nfs: null, persistentVolumeReclaimPolicy: Recycle, hostPath: {path: /a/..}}}", "spec.hostPath.path: Invalid value: \"/a/..\": must not contain '..'",
        "spec.persistentVolumeReclaimPolicy: Forbidden: may not be 'recycle' for a hostPath mount of '/'")]
    [InlineData("{spec: {hostPath: {path: /a/../b}}}", "spec.hostPath.path: Invalid value: \"/a/../b\": must not contain '..'", "spec.nfs: Forbidden: may not specify more than 1 volume type")]
    [InlineData("{spec: {nfs: {path: p}}}", "spec.nfs.path: Invalid value: \"p\": must be an absolute path")]
    [InlineData("{spec: {nfs: null, local: {path: /d}}}", "spec.nodeAffinity: Required value: Local volume requires node affinity")]
    [InlineData("{spec: {nfs: null, csi: {driver: a_b, volumeHandle: x}}}", "spec.csi.driver: Invalid value: \"a_b\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')")]
    [InlineData("{spec: {nfs: null, iscsi: {targetPortal: p, iqn: bad, lun: 300}}}", "spec.iscsi.iqn: Invalid value: \"bad\": must be valid format", "spec.iscsi.lun: Invalid value: 300: must be between 0 and 255, inclusive")]
    [InlineData("{spec: {nfs: null, iscsi: {targetPortal: p, iqn: 'iqn.2015-02.example.com:test', lun: 3}}}")]
    [InlineData("{spec: {nfs: null, hostPath: {path: /}, persistentVolumeReclaimPolicy: Recycle}}", "spec.persistentVolumeReclaimPolicy: Forbidden: may not be 'recycle' for a hostPath mount of '/'")]
    [InlineData("{spec: {nodeAffinity: {}}}", "spec.nodeAffinity.required: Required value: must specify required node constraints")]
    [InlineData("{spec: {nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [{key: a, operator: Gt}]}]}}}}", "spec.nodeAffinity.required.nodeSelectorTerms[0].matchExpressions[0].values: Required value: must be specified single value when `operator` is 'Lt' or 'Gt'")]
    [InlineData("{spec: {volumeMode: Tape}}", "spec.volumeMode: Unsupported value: \"Tape\": supported values: \"Block\", \"Filesystem\"")]
    public void A_volume_is_refused(string change, params string[] expected) => Assert.Equal(expected, Volume.Create(change));

    [Theory]
    [InlineData("{spec: {nfs: {server: t}}}", "{}", "spec.persistentvolumesource: Forbidden: spec.persistentvolumesource is immutable after creation")]
    [InlineData("{spec: {volumeMode: Block}}", "{}", "volumeMode: Invalid value: \"Block\": field is immutable")]
    [InlineData("{spec: {capacity: {storage: 2Gi}}}", "{}")]
    [InlineData("{spec: {nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [{key: topology.kubernetes.io/zone, operator: Exists}]}]}}}}",
        "{spec: {nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [{key: failure-domain.beta.kubernetes.io/zone, operator: Exists}]}]}}}}")]
    public void What_a_volume_is_stays(string change, string old, params string[] expected) => Assert.Equal(expected, Volume.Update(change, old));

    [Theory]
    [InlineData("{spec: {accessModes: null}}", "spec.accessModes: Required value: at least 1 access mode is required")]
    [InlineData("{spec: {resources: null}}", "spec.resources[storage]: Required value")]
    [InlineData("{spec: {resources: {requests: {storage: 0}}}}", "spec.resources[storage]: Invalid value: \"0\": must be greater than zero")]
    [InlineData("{spec: {storageClassName: A}}", "spec.storageClassName: Invalid value: \"A\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')")]
    [InlineData("{spec: {selector: {matchExpressions: [{key: a, operator: Like}]}}}", "spec.selector.matchExpressions[0].operator: Invalid value: \"Like\": not a valid selector operator")]
    [InlineData("{spec: {dataSourceRef: {kind: Pod, name: b}}}", "spec.dataSource: Invalid value: \"Pod\": must be 'PersistentVolumeClaim' when referencing the default apiGroup", "spec.dataSourceRef: Invalid value: \"Pod\": must be 'PersistentVolumeClaim' when referencing the default apiGroup")]
    public void A_claim_is_refused(string change, params string[] expected) => Assert.Equal(expected, Claim.Create(change));

    [Theory]
    [InlineData("{spec: {volumeName: v}}", "{}")]
    [InlineData("{spec: {volumeName: w}}", "{spec: {volumeName: v}}", "spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims")]
    [InlineData("{spec: {resources: {requests: {storage: 2Gi}}}}", "{}", "spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims")]
    [InlineData("{spec: {resources: {requests: {storage: 2Gi}}}, status: {phase: Bound}}", "{status: {phase: Bound}}")]
    [InlineData("{spec: {resources: {requests: {storage: 512Mi}}}, status: {phase: Bound}}", "{status: {phase: Bound, capacity: {storage: 1Gi}}}", "spec.resources.requests.storage: Forbidden: field can not be less than status.capacity")]
    [InlineData("{spec: {storageClassName: a}}", "{}")]
    [InlineData("{spec: {volumeAttributesClassName: null}, status: {phase: Bound}}", "{spec: {volumeAttributesClassName: a}, status: {phase: Bound}}",
        "spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims",
        "spec.volumeAttributesClassName: Forbidden: update from non-nil value to nil is forbidden")]
    public void A_bound_claim_may_grow(string change, string old, params string[] expected) => Assert.Equal(expected, Claim.Update(change, old));
}
