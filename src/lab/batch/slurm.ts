// Slurm: an array of parts, and the collector behind it.

import { limitOf, lines, shell, type Writer } from './script.ts'

/** Seconds before the time limit at which the parts are told to keep themselves. */
const NOTICE = 120

/** `04:30:00`. */
function clock(minutes: number): string {
  const two = (n: number): string => String(n).padStart(2, '0')
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}:00`
}

/** A value of a line of #SBATCH, which knows double quotes and escapes, and none of the shell. */
function quoted(text: string): string {
  return /^[\w./%:=@+,-]+$/.test(text) ? text : `"${text.replaceAll(/["\\]/g, '\\$&')}"`
}

/** `array.slurm` makes the parts, `collect.slurm` collects, and submits both again as long as further rounds are open. */
export const slurm: Writer = (job) => {
  const { name, what, parts, megabytes, program, make, collect, directory } = job
  const file = (script: string): string => `${directory}/${script}`
  const array = `#!/bin/bash
# ${name}: ${what}. Add what your cluster asks for (partition, account), then: bash ${shell([file('submit.sh')])}
#SBATCH --job-name=${name}
#SBATCH --array=1-${parts}
#SBATCH --cpus-per-task=1
#SBATCH --mem=${megabytes}M
#SBATCH --time=${clock(limitOf(job))}
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --signal=B:USR1@${NOTICE}
#SBATCH --output=${quoted(file('part-%a.log'))}

# Before the time limit: what is under way is kept, and this task waits in the queue again.
trap 'kill -USR1 $part; wait $part; scontrol requeue "$SLURM_JOB_ID"; exit 0' USR1
trap 'kill -TERM $part; wait $part; exit 143' TERM
${lines(shell(program), shell(make), `--jobs "\${SLURM_CPUS_PER_TASK:-1}" --part ${parts} &`)}
part=$!
wait $part
`
  const collector = `#!/bin/bash
# Collects ${name}: judges and reports, or says what is missing.
#SBATCH --job-name=${name}-collect
#SBATCH --cpus-per-task=1
#SBATCH --mem=${megabytes}M
#SBATCH --time=01:00:00
#SBATCH --open-mode=append
#SBATCH --output=${quoted(file('collect.log'))}

${lines(shell(program), shell(collect))}
status=$?
# A round is whole and opens the next: its runs are the array's again.
if [ $status -eq 4 ]; then
  bash ${shell([file('submit.sh')])}
  exit 0
fi
exit $status
`
  const submit = `#!/bin/bash
# Submits ${name}: the parts, and the collector for when they have ended, whether well or not.
array=$(sbatch --parsable ${shell([file('array.slurm')])}) || exit
sbatch --dependency=afterany:"$array" ${shell([file('collect.slurm')])}
`
  return {
    files: [{ name: 'array.slurm', text: array }, { name: 'collect.slurm', text: collector }, { name: 'submit.sh',
      text: submit, isExecutable: true }],
    submit: shell(['bash', file('submit.sh')]),
    notes: [`logs: ${file('part-N.log')}, ${file('collect.log')}`],
  }
}
