// Kubernetes: an indexed job of parts on a shared volume, and a job that collects.

import { basename } from 'node:path'
import { STANDARD_OUTPUT } from '../options.ts'
import { type Job, shell, type Writer } from './script.ts'

/** Where the shared volume lies in the containers. */
const VOLUME = '/shared'
/** Attempts at one part that fail before it is given up. */
const ATTEMPTS = 5
/** Seconds between the signal and the kill: enough to keep what is under way. */
const GRACE = 60

/** A scalar of YAML: double quotes of JSON are those of YAML. */
const quoted = (text: string): string => JSON.stringify(text)

/** Words with paths of the volume in place of those of this machine; what is written elsewhere goes beside the records. */
function inVolume({ runs, data }: Job, words: readonly string[]): readonly string[] {
  return words.map((word, index) => {
    if (word === data) return `${VOLUME}/data`
    if (word === runs || word.startsWith(`${runs}/`)) return `${VOLUME}/runs${word.slice(runs.length)}`
    const isWritten = ['--report', '--json', '--markdown'].includes(words[index - 1]) && word !== STANDARD_OUTPUT
    return isWritten ? `${VOLUME}/runs/${basename(word)}` : word
  })
}

/** One job; `index` says how many parts it has. */
function manifest(job: Job, name: string, comment: string, index: string, words: readonly string[],
  policy: string): string
{
  const { megabytes, image } = job
  return `# ${comment}
apiVersion: batch/v1
kind: Job
metadata:
  name: ${quoted(name)}
spec:
${index}${policy}  template:
    spec:
      restartPolicy: Never
      terminationGracePeriodSeconds: ${GRACE}
      containers:
        - name: run
          image: ${quoted(image)}
          command: [feedback-alignment]
          args: [${inVolume(job, words).map(quoted).join(', ')}]
          resources:
            requests: {cpu: "1", memory: ${megabytes}Mi}
            limits: {memory: ${megabytes}Mi}
          volumeMounts:
            - {name: work, mountPath: ${VOLUME}}
      volumes:
        # A claim that many nodes may write (ReadWriteMany), with runs and data in it.
        - name: work
          persistentVolumeClaim: {claimName: feedback-alignment}
`
}

/** `parts.yaml`: completion index I of N makes part I + 1. `collect.yaml`: for when it is done. */
export const kubernetes: Writer = (job) => {
  const { name, what, parts, make, collect, directory } = job
  const label = name.toLowerCase().replaceAll(/[^a-z0-9-]+/g, '-').replaceAll(/^-+|-+$/g, '').slice(0, 50) || 'runs'
  const policy = `  backoffLimitPerIndex: ${ATTEMPTS}
  # Evicted and pre-empted parts are no failures: their runs go on from what they kept.
  podFailurePolicy:
    rules:
      - action: Ignore
        onPodConditions: [{type: DisruptionTarget, status: "True"}]
`
  const array = manifest(job, label, `${name}: ${what}, expected to take ${Math.ceil(job.minutes)} minutes each.`,
    `  completionMode: Indexed
  completions: ${parts}
  parallelism: ${parts}
`, [...make, '--jobs', '1', '--part', String(parts)], policy)
  const collector = manifest(job, `${label}-collect`, `Collects ${name}: judges and reports, or says what is missing.`,
    '  backoffLimit: 0\n', collect, '')
  const file = (script: string): string => shell([`${directory}/${script}`])
  const submit = `#!/bin/sh
# Submits ${name}: the parts, and the collector for when they have ended, whether well or not.
kubectl apply -f ${file('parts.yaml')} || exit
# kubectl waits for one condition only; a job that is deleted ends this, too. Status 0 is for complete jobs alone.
status=1
while kubectl get job/${label} > /dev/null; do
  kubectl wait --for=condition=Complete --timeout=60s job/${label} 2> /dev/null && status=0 && break
  kubectl wait --for=condition=Failed --timeout=1s job/${label} 2> /dev/null && break
done
kubectl apply -f ${file('collect.yaml')} || exit
exit $status
`
  return {
    files: [{ name: 'parts.yaml', text: array }, { name: 'collect.yaml', text: collector }, { name: 'submit.sh',
      text: submit, isExecutable: true }],
    submit: shell(['sh', `${directory}/submit.sh`]),
    notes: ['image, claim and namespace are to be edited: docs/scaling-out.md says what they hold',
      `kubectl logs job/${label}-collect shows what came out; where it says that a further round is open, delete both jobs `
      + 'and submit again'],
  }
}
