using System.Globalization;
using Keelson.Api;
using Keelson.Api.Batch.V1;
using Keelson.Api.Core.V1;
using Keelson.Client.Reconciling;
using Keelson.Control.Workloads;

namespace Keelson.Control.Controllers.Jobs;

/// <summary>The pods of a job, as they are created.</summary>
internal static class JobPods
{
    /// <param name="index">The completion index, or -1 for a pod without one.</param>
    public static Pod Make(Job job, int index)
    {
        var pod = PodTemplates.ToPod(job.Spec.Template, job.Metadata, Owners.ControllerReference(job));
        var metadata = pod.Metadata with
        {
            Labels = pod.Metadata.Labels
                .With(JobNames.NameLabel, job.Metadata.Name).With(JobNames.OldNameLabel, job.Metadata.Name)
                .With(JobNames.UidLabel, job.Metadata.Uid).With(JobNames.OldUidLabel, job.Metadata.Uid),
            Finalizers = pod.Metadata.Finalizers.Add(JobNames.TrackingFinalizer),
        };
        var spec = pod.Spec.RestartPolicy.Length > 0 ? pod.Spec : pod.Spec with { RestartPolicy = RestartPolicy.Never };
        if (index < 0) return pod with { Metadata = metadata, Spec = spec };
        var text = index.ToString(CultureInfo.InvariantCulture);
        return pod with
        {
            Metadata = metadata with
            {
                GenerateName = $"{job.Metadata.Name}-{text}-",
                Annotations = metadata.Annotations.With(JobNames.IndexAnnotation, text),
                Labels = metadata.Labels.With(JobNames.IndexAnnotation, text),
            },
            Spec = spec with
            {
                Hostname = spec.Hostname.Length > 0 ? spec.Hostname : $"{job.Metadata.Name}-{text}",
                InitContainers = spec.InitContainers.Select(WithIndex).ToApiList(),
                Containers = spec.Containers.Select(WithIndex).ToApiList(),
            },
        };
    }

    private static Container WithIndex(Container container)
    {
        if (container.Env.Any(variable => variable.Name == JobNames.IndexVariable)) return container;
        var field = new ObjectFieldSelector { FieldPath = $"metadata.labels['{JobNames.IndexAnnotation}']" };
        return container with { Env = container.Env.Add(new EnvVar { Name = JobNames.IndexVariable, ValueFrom = new EnvVarSource { FieldRef = field } }) };
    }
}
